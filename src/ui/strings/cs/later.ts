import inspector from './inspector.json';

export default { inspector };
