import { DataTypes, Sequelize } from 'sequelize';

/** The tables that the seed guide's code takes for given. */
export function connect(url) {
  const sequelize = new Sequelize(url, { logging: false, pool: { max: 10 } });
  const ChatMember = sequelize.define(
    'ChatMember',
    { roomId: DataTypes.INTEGER, userId: DataTypes.INTEGER },
    { indexes: [{ unique: true, fields: ['roomId', 'userId'] }] },
  );
  const ChatMessage = sequelize.define(
    'ChatMessage',
    {
      roomId: { type: DataTypes.INTEGER, allowNull: false },
      senderId: { type: DataTypes.INTEGER, allowNull: false },
      content: { type: DataTypes.TEXT, allowNull: false },
      type: { type: DataTypes.STRING, defaultValue: 'TEXT' },
      fileUrl: DataTypes.STRING,
      isEdited: { type: DataTypes.BOOLEAN, defaultValue: false },
    },
    { indexes: [{ fields: ['roomId', 'id'] }] },
  );
  return { sequelize, ChatMember, ChatMessage };
}
