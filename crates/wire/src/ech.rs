//! Encrypted Client Hello as DNS publishes it and a server answers it: the `ech` parameter of an HTTPS record, and lists of
//! ECH configurations. Decoded only; encrypting is the TLS library's business.

use crate::handshake::RawExtension;
use crate::reader::Reader;
use report::ExtensionType;

/// `encrypted_client_hello` (RFC 9849 section 11.1).
const ENCRYPTED_CLIENT_HELLO: ExtensionType = ExtensionType(0xfe0d);
/// The key of the `ech` parameter (RFC 9848 section 3).
const ECH_PARAMETER: u16 = 5;
/// Configurations read of one list.
const MAX_CONFIGURATIONS: usize = 32;

/// One ECH configuration of the version of RFC 9849 (section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EchConfiguration {
    /// Which of the server's keys it is.
    pub config_id: u8,
    /// The HPKE key encapsulation mechanism (RFC 9180 section 7.1).
    pub kem: u16,
    /// The server's public key.
    pub public_key: Vec<u8>,
    /// The name sent in the clear, for which the server's certificate must be valid when it cannot decrypt.
    pub public_name: String,
}

/// The ECHConfigList in the data of an HTTPS record (RFC 9460 section 2.2), which stands for itself and is no alias.
///
/// `None` when there is none, or the record is malformed: parameters must come in ascending order, each once.
pub fn of_https_record(data: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(data);
    let priority = reader.u16()?;
    // The target name, not compressed: labels up to the empty one.
    while !reader.vector8()?.is_empty() {}
    let mut last = None;
    let mut found = None;
    while !reader.is_empty() {
        let key = reader.u16()?;
        let value = reader.vector16()?;
        if last.is_some_and(|last| key <= last) {
            return None;
        }
        last = Some(key);
        if key == ECH_PARAMETER {
            found = Some(value);
        }
    }
    const ALIAS: u16 = 0;
    found.filter(|_| priority != ALIAS)
}

/// The configurations of an ECHConfigList whose version is known; as far as it can be read.
pub fn configurations(list: &[u8]) -> Vec<EchConfiguration> {
    let mut found = Vec::new();
    let Some(list) = Reader::new(list).vector16() else {
        return found;
    };
    let mut reader = Reader::new(list);
    while found.len() < MAX_CONFIGURATIONS {
        let Some((version, contents)) = reader.u16().zip(reader.vector16()) else {
            break;
        };
        if version == ENCRYPTED_CLIENT_HELLO.0 {
            found.extend(configuration(contents));
        }
    }
    found
}

/// The ECHConfigList that a server sends in EncryptedExtensions to a client whose hello it could not decrypt (RFC 9849
/// section 5).
pub fn retry_configurations(encrypted_extensions: &[RawExtension]) -> Option<&[u8]> {
    encrypted_extensions
        .iter()
        .find(|extension| extension.code == ENCRYPTED_CLIENT_HELLO)
        .map(|extension| extension.body.as_slice())
}

fn configuration(contents: &[u8]) -> Option<EchConfiguration> {
    let mut reader = Reader::new(contents);
    let config_id = reader.u8()?;
    let kem = reader.u16()?;
    let public_key = reader.vector16()?.to_vec();
    let _suites = reader.vector16()?;
    let _maximum_name_length = reader.u8()?;
    let public_name = String::from_utf8_lossy(reader.vector8()?).into_owned();
    let _extensions = reader.vector16()?;
    Some(EchConfiguration {
        config_id,
        kem,
        public_key,
        public_name,
    })
}

#[cfg(test)]
mod tests {
    use super::{configurations, of_https_record, retry_configurations};
    use crate::handshake::RawExtension;
    use report::ExtensionType;

    /// One configuration of an unknown version, then one that is known.
    fn list() -> Vec<u8> {
        let mut contents = vec![
            7, 0x00, 0x20, 0x00, 0x04, 1, 2, 3, 4, 0x00, 0x04, 0, 1, 0, 1, 0,
        ];
        contents.extend([11]);
        contents.extend(b"public.test");
        contents.extend([0, 0]);
        let mut list = vec![0xfe, 0x0a, 0x00, 0x01, 0xff, 0xfe, 0x0d, 0x00];
        list.push(u8::try_from(contents.len()).unwrap());
        list.extend(contents);
        let mut whole = u16::try_from(list.len()).unwrap().to_be_bytes().to_vec();
        whole.extend(list);
        whole
    }

    fn record(parameters: &[(u16, &[u8])]) -> Vec<u8> {
        let mut record = vec![0, 1, 3, b'w', b'w', b'w', 0];
        for (key, value) in parameters {
            record.extend(key.to_be_bytes());
            record.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            record.extend(*value);
        }
        record
    }

    #[test]
    fn a_list_is_read_past_what_is_unknown() {
        let found = configurations(&list());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].config_id, 7);
        assert_eq!(found[0].kem, 0x0020);
        assert_eq!(found[0].public_key, [1, 2, 3, 4]);
        assert_eq!(found[0].public_name, "public.test");
    }

    #[test]
    fn no_cut_of_a_list_is_read_wrong() {
        let whole = list();
        for end in 0..whole.len() {
            assert!(configurations(&whole[..end]).is_empty(), "{end}");
        }
    }

    #[test]
    fn the_parameter_of_a_record_that_stands_for_itself() {
        let list = list();
        let with = record(&[(1, b"\x02h2"), (5, &list)]);
        assert_eq!(of_https_record(&with), Some(list.as_slice()));
        assert_eq!(of_https_record(&record(&[(1, b"\x02h2")])), None);
        assert_eq!(of_https_record(&record(&[(5, &list), (5, &list)])), None);
        let mut alias = with.clone();
        alias[1] = 0;
        assert_eq!(of_https_record(&alias), None);
        for end in 0..with.len() {
            assert_eq!(of_https_record(&with[..end]), None, "{end}");
        }
    }

    #[test]
    fn retry_configurations_stand_in_one_extension() {
        let extension = |code: u16| RawExtension {
            code: ExtensionType(code),
            body: list(),
        };
        let none = [extension(16)];
        assert_eq!(retry_configurations(&none), None);
        let some = [extension(16), extension(0xfe0d)];
        assert_eq!(retry_configurations(&some), Some(list().as_slice()));
    }
}
