// Angles: sin, cos, tan, their inverses and hyperbolic forms, deg, rad. Angles are in radians.
import { mapFloats } from './simple-math.ts';

export const sin = mapFloats(Math.sin);
export const cos = mapFloats(Math.cos);
export const tan = mapFloats(Math.tan);
export const asin = mapFloats(Math.asin);
export const acos = mapFloats(Math.acos);
export const atan = mapFloats(Math.atan);
export const sinh = mapFloats(Math.sinh);
export const cosh = mapFloats(Math.cosh);
export const tanh = mapFloats(Math.tanh);
export const asinh = mapFloats(Math.asinh);
export const acosh = mapFloats(Math.acosh);
export const atanh = mapFloats(Math.atanh);
export const deg = mapFloats((radians) => (radians * 180) / Math.PI);
export const rad = mapFloats((degrees) => (degrees * Math.PI) / 180);
