import app from './app.json';
import errors from './errors.json';
import inspector from './inspector.json';
import lesson from './lesson.json';
import map from './map.json';
import terminal from './terminal.json';
import transport from './transport.json';

export default { app, errors, inspector, lesson, map, terminal, transport };
