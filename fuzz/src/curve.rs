//! secp256k1 on plain big integers, as a textbook has it: affine points, one inversion an addition, no tricks and no
//! constant time. A third opinion that shares nothing with the libraries (SEC 2, section 2.4.1).

use num_bigint::BigUint;

/// A point: its affine coordinates.
pub type Point = (BigUint, BigUint);

/// The curve's numbers.
pub struct Curve {
    p: BigUint,
    n: BigUint,
}

impl Default for Curve {
    fn default() -> Self {
        let one = || BigUint::from(1_u8);
        // p = 2^256 - 2^32 - 977; n by its distance from 2^256.
        let p = (one() << 256) - (one() << 32) - BigUint::from(977_u16);
        let n =
            (one() << 256) - (one() << 128) - BigUint::from(0x4551_2319_50b7_5fc4_402d_a173_2fc9_bebf_u128);
        Self { p, n }
    }
}

impl Curve {
    /// Reads a compressed point: 33 bytes, `02` or `03`, x below p and on the curve.
    pub fn point(&self, bytes: &[u8]) -> Option<Point> {
        let (tag, x) = match bytes {
            [tag @ (2 | 3), x @ ..] if x.len() == 32 => (*tag, BigUint::from_bytes_be(x)),
            _ => return None,
        };
        if x >= self.p {
            return None;
        }
        let square = (x.modpow(&BigUint::from(3_u8), &self.p) + BigUint::from(7_u8)) % &self.p;
        // p is 3 mod 4, so that this power is a root if there is one.
        let root = square.modpow(&((&self.p + BigUint::from(1_u8)) >> 2), &self.p);
        if &root * &root % &self.p != square {
            return None;
        }
        let y = if root.bit(0) == (tag == 3) { root } else { &self.p - root };
        Some((x, y))
    }

    /// Reads a scalar: 32 bytes, 1 to n - 1.
    pub fn scalar(&self, bytes: &[u8]) -> Option<BigUint> {
        let scalar = BigUint::from_bytes_be(bytes);
        (bytes.len() == 32 && scalar > BigUint::ZERO && scalar < self.n).then_some(scalar)
    }

    /// A point times a scalar, by doubling and adding; none for infinity.
    pub fn times(&self, point: &Point, scalar: &BigUint) -> Option<Point> {
        let mut sum = None;
        for bit in (0..scalar.bits()).rev() {
            sum = sum.and_then(|sum: Point| self.add(&sum, &sum));
            if scalar.bit(bit) {
                sum = match &sum {
                    Some(sum) => self.add(sum, point),
                    None => Some(point.clone()),
                };
            }
        }
        sum
    }

    fn add(&self, (x1, y1): &Point, (x2, y2): &Point) -> Option<Point> {
        let p = &self.p;
        let (above, below) = if x1 == x2 {
            if y1 != y2 {
                return None;
            }
            (BigUint::from(3_u8) * x1 * x1, BigUint::from(2_u8) * y1)
        } else {
            (y2 + p - y1, x2 + p - x1)
        };
        let slope = above * below.modinv(p)? % p;
        let x = (&slope * &slope + p + p - x1 - x2) % p;
        let y = (&slope * (x1 + p - &x) + p - y1) % p;
        Some((x, y))
    }

    /// A point as Lightning writes it: 33 bytes, compressed.
    pub fn encode((x, y): &Point) -> [u8; 33] {
        let mut bytes = [0; 33];
        bytes[0] = if y.bit(0) { 3 } else { 2 };
        let x = x.to_bytes_be();
        bytes[33 - x.len()..].copy_from_slice(&x);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The generator, SEC 2 section 2.4.1, and twice the generator as every table of small multiples has it.
    const G: &str = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    const TWO_G: &str = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";

    #[test]
    fn small_multiples_of_the_generator() {
        let curve = Curve::default();
        let g = curve.point(&hex::decode(G).unwrap()).unwrap();
        let two = curve.times(&g, &BigUint::from(2_u8)).unwrap();
        assert_eq!(hex::encode(Curve::encode(&two)), TWO_G);
        let below = curve.times(&g, &(&curve.n - BigUint::from(1_u8))).unwrap();
        assert_eq!((&below.0, &below.1 + &g.1), (&g.0, curve.p.clone()));
        assert_eq!(curve.times(&g, &curve.n), None);
    }

    #[test]
    fn what_is_no_point_and_no_scalar() {
        let curve = Curve::default();
        let mut five = [0; 33];
        (five[0], five[32]) = (2, 5);
        assert_eq!(curve.point(&five), None);
        assert_eq!(curve.scalar(&[0; 32]), None);
        assert_eq!(curve.scalar(&[0xff; 32]), None);
        assert_eq!(curve.scalar(&[1; 31]), None);
    }
}
