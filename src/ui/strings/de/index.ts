import app from './app.json';
import errors from './errors.json';
import lesson from './lesson.json';
import map from './map.json';
import terminal from './terminal.json';
import transport from './transport.json';

export default { app, errors, lesson, map, terminal, transport };
