//! What keys are exchanged with.

use super::Stop;
use crate::certify::SignError;
use crate::stage::Prime;
use aws_lc_rs::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, EphemeralPrivateKey, X25519,
};
use aws_lc_rs::rand::SystemRandom;
use report::NamedGroup;

/// Groups without arithmetic here, with a point of each that anybody may know: its base point. Flights before TLS 1.3 end
/// before a secret is needed.
const SHARED_POINTS: [(NamedGroup, &str); 2] = [
    (
        NamedGroup(0x0016),
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
         483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
    ),
    (
        NamedGroup(0x001a),
        "048bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262\
         547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
    ),
];

/// The first octets that all primes here share, and the last: the generator is 2.
const OAKLEY: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a6";
/// What follows in Oakley group 1 (RFC 2409 section 6.1).
const OAKLEY_1: &str = "3a3620ffffffffffffffff";
/// What follows in Oakley group 2 (RFC 2409 section 6.2).
const OAKLEY_2: &str =
    "37ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff";
/// What follows in group 5 (RFC 3526 section 2).
const OAKLEY_5: &str = "37ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55\
d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca237327ffffffffffffffff";
/// The prime of ffdhe2048 (RFC 7919 appendix A.1); the generator is 2.
const FFDHE2048: &str = "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fbcc939dce249b3ef9\
7d2fe363630c75d8f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935\
984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fb\
b96adab760d7f4681d4f42a3de394df4ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61\
9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005c58ef1837d1683b2c6f34a26c1b2effa\
886b423861285c97ffffffffffffffff";

/// The prime, big-endian, and a power of two below it: that is in the group without any arithmetic. No flight goes on to
/// where the strength of its exponent would matter.
pub(super) fn finite(prime: Prime) -> (Vec<u8>, Vec<u8>) {
    let prime = match prime {
        Prime::Bits768 => hexadecimal(&[OAKLEY, OAKLEY_1].concat()),
        Prime::Bits1024 => hexadecimal(&[OAKLEY, OAKLEY_2].concat()),
        Prime::Bits1536 => hexadecimal(&[OAKLEY, OAKLEY_5].concat()),
        Prime::Bits2048 => hexadecimal(FFDHE2048),
    };
    let bits = prime.len() * 8;
    let exponent = rand::random_range(bits / 2..bits - 2);
    let mut public = vec![0; prime.len()];
    public[prime.len() - 1 - exponent / 8] = 1 << (exponent % 8);
    (prime, public)
}

pub(super) fn agreement(group: NamedGroup) -> Option<&'static Algorithm> {
    Some(match group.0 {
        0x0017 => &ECDH_P256,
        0x0018 => &ECDH_P384,
        0x0019 => &ECDH_P521,
        0x001d => &X25519,
        _ => return None,
    })
}

pub(super) fn public_key(
    algorithm: &'static Algorithm,
) -> Result<(EphemeralPrivateKey, Vec<u8>), Stop> {
    let failed = |_| Stop::Sign(SignError::Agreement);
    let private = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).map_err(failed)?;
    let public = private
        .compute_public_key()
        .map_err(failed)?
        .as_ref()
        .to_vec();
    Ok((private, public))
}

pub(super) fn shared_point(group: NamedGroup) -> Option<Vec<u8>> {
    let (_, point) = SHARED_POINTS.iter().find(|(known, _)| *known == group)?;
    Some(hexadecimal(point))
}

fn hexadecimal(digits: &str) -> Vec<u8> {
    let digit = |digit: char| {
        digit
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let digits: Vec<u8> = digits.chars().filter_map(digit).collect();
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Prime, finite};

    #[test]
    fn primes_have_their_length_and_begin_and_end_as_all_do() {
        let primes = [
            (Prime::Bits768, 768),
            (Prime::Bits1024, 1024),
            (Prime::Bits1536, 1536),
            (Prime::Bits2048, 2048),
        ];
        for (prime, bits) in primes {
            let (octets, public) = finite(prime);
            assert_eq!((octets.len() * 8, public.len()), (bits, octets.len()));
            assert!(octets.starts_with(&[0xff; 8]) && octets.ends_with(&[0xff; 8]));
            assert!(public < octets);
        }
    }
}
