//! `Time` of RFC 5280 section 4.1.2.5.

use crate::der::{Element, EncodingFault, GENERALIZED_TIME, UTC_TIME, Walk};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// The end of a certificate that never ends (RFC 5280 section 4.1.2.5).
const NEVER: &[u8] = b"99991231235959Z";

/// Reads a `UTCTime` or `GeneralizedTime`. What is out of range or unreadable becomes `otherwise`, with a defect; so do
/// forms that DER forbids, as far as they can be understood.
pub(crate) fn read(
    walk: &mut Walk,
    element: &Element<'_>,
    field: &'static str,
    otherwise: Timestamp,
) -> Timestamp {
    let text = String::from_utf8_lossy(element.content);
    let digits = element.content;
    if element.tag == GENERALIZED_TIME && digits == NEVER {
        return Timestamp::MAX;
    }
    let parts = match element.tag {
        UTC_TIME => split(digits, 2),
        GENERALIZED_TIME => split(digits, 4),
        _ => None,
    };
    let Some(parts) = parts else {
        let got = text.chars().take(40).collect::<String>();
        walk.note(element.offset, field, "a date and time", got);
        return otherwise;
    };
    let year = match (element.tag, parts.year) {
        (UTC_TIME, year) if year >= 50 => year.saturating_add(1900),
        (UTC_TIME, year) => year.saturating_add(2000),
        (_, year) => year,
    };
    if !parts.strict {
        walk.note(
            element.offset,
            field,
            "seconds and Z, without a fraction",
            text.clone(),
        );
        walk.as_fault(if parts.plain {
            EncodingFault::TimeWithoutSeconds
        } else {
            EncodingFault::TimeNotPlain
        });
    }
    if element.tag == GENERALIZED_TIME && year < 2050 {
        walk.note(
            element.offset,
            field,
            "UTCTime for a year before 2050",
            text.clone(),
        );
    }
    let date = Date::new(year, parts.month, parts.day);
    let time = Time::new(parts.hour, parts.minute, parts.second, 0);
    let timestamp = match (date, time) {
        (Ok(date), Ok(time)) => Offset::from_seconds(parts.offset_seconds)
            .and_then(|offset| offset.to_timestamp(date.to_datetime(time)))
            .ok(),
        _ => None,
    };
    timestamp.unwrap_or_else(|| {
        walk.note(element.offset, field, "a date that exists", text);
        otherwise
    })
}

struct Parts {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    offset_seconds: i32,
    strict: bool,
    /// Whether what follows the seconds, if there are any, is Z.
    plain: bool,
}

fn split(text: &[u8], year_digits: usize) -> Option<Parts> {
    let (year, rest) = text.split_at_checked(year_digits)?;
    let year = year.iter().try_fold(0_i16, |sum, digit| {
        sum.checked_mul(10)?.checked_add(value(*digit)?.into())
    })?;
    let (month, rest) = two(rest)?;
    let (day, rest) = two(rest)?;
    let (hour, rest) = two(rest)?;
    let (minute, rest) = two(rest)?;
    let (second, rest, seconds_given) = match two(rest) {
        Some((second, rest)) => (second, rest, true),
        None => (0, rest, false),
    };
    let zone = match rest.split_first() {
        Some((b'.' | b',', fraction)) => {
            let digits = fraction
                .iter()
                .take_while(|octet| octet.is_ascii_digit())
                .count();
            fraction.get(digits..)?
        }
        _ => rest,
    };
    let offset_seconds = match zone.split_first() {
        Some((b'Z', [])) => 0,
        Some((sign @ (b'+' | b'-'), zone)) => {
            let (hours, zone) = two(zone)?;
            let (minutes, zone) = two(zone)?;
            let seconds = i32::from(hours)
                .checked_mul(3600)?
                .checked_add(i32::from(minutes).checked_mul(60)?)?;
            zone.is_empty().then_some(if *sign == b'-' {
                seconds.checked_neg()?
            } else {
                seconds
            })?
        }
        _ => return None,
    };
    Some(Parts {
        year,
        month,
        day,
        hour,
        minute,
        second,
        offset_seconds,
        strict: seconds_given && rest == b"Z",
        plain: rest == b"Z",
    })
}

fn two(text: &[u8]) -> Option<(i8, &[u8])> {
    let (tens, rest) = text.split_first()?;
    let (ones, rest) = rest.split_first()?;
    let value = value(*tens)?.checked_mul(10)?.checked_add(value(*ones)?)?;
    Some((value, rest))
}

fn value(digit: u8) -> Option<i8> {
    match digit {
        b'0'..=b'9' => i8::try_from(digit.checked_sub(b'0')?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::der::{Element, GENERALIZED_TIME, UTC_TIME, Walk};
    use jiff::Timestamp;

    fn date(tag: u8, text: &str) -> (String, usize) {
        let mut walk = Walk::default();
        let element = Element {
            tag,
            offset: 0,
            content: text.as_bytes(),
            raw: text.as_bytes(),
            truncated: false,
            overlong: false,
        };
        let timestamp = read(&mut walk, &element, "notAfter", Timestamp::MAX);
        (timestamp.to_string(), walk.defects.len())
    }

    #[test]
    fn forms() {
        let never = Timestamp::MAX.to_string();
        let cases = [
            (UTC_TIME, "260203040506Z", "2026-02-03T04:05:06Z", 0),
            (UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z", 0),
            (UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z", 0),
            (UTC_TIME, "2602030405Z", "2026-02-03T04:05:00Z", 1),
            (UTC_TIME, "260203040506+0100", "2026-02-03T03:05:06Z", 1),
            (
                GENERALIZED_TIME,
                "20510203040506Z",
                "2051-02-03T04:05:06Z",
                0,
            ),
            (
                GENERALIZED_TIME,
                "20510203040506.25Z",
                "2051-02-03T04:05:06Z",
                1,
            ),
            (
                GENERALIZED_TIME,
                "20260203040506Z",
                "2026-02-03T04:05:06Z",
                1,
            ),
            (GENERALIZED_TIME, "99991231235959Z", &never, 0),
            (GENERALIZED_TIME, "99991231235958Z", &never, 1),
            (UTC_TIME, "261303040506Z", &never, 1),
            (UTC_TIME, "260230040506Z", &never, 1),
            (UTC_TIME, "260203246000Z", &never, 1),
            (UTC_TIME, "260203040506+9999", &never, 2),
            (UTC_TIME, "", &never, 1),
            (UTC_TIME, "garbage", &never, 1),
            (0x0c, "260203040506Z", &never, 1),
        ];
        for (tag, text, expected, defects) in cases {
            assert_eq!(date(tag, text), (expected.to_owned(), defects), "{text}");
        }
    }
}
