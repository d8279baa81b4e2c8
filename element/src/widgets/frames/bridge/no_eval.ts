// Before anything validates: zod would otherwise try `new Function`, which strict policies report.
import { config } from 'zod/v4';

config({ jitless: true });
