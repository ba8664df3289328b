export { asyncApiDocument } from './asyncapi.js';
export type { DocumentOptions } from './document.js';
export { openApiDocument } from './openapi.js';
