use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads an HTTP date (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, or one of the obsolete forms
/// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. The day of the week is not looked at. Years of two
/// digits from 70 on are of the last century, which is right until 2044.
pub fn http_date(text: &str) -> Option<Timestamp> {
    let words: Vec<&str> = text.split_ascii_whitespace().take(7).collect();
    let (day, month, year, time) = match words.as_slice() {
        [_, day, month, year, time, "GMT"] if year.len() == 4 => (*day, *month, *year, *time),
        [_, date, time, "GMT"] => {
            let mut parts = date.split('-');
            let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
            if parts.next().is_some() || year.len() != 2 {
                return None;
            }
            (day, month, year, *time)
        }
        [_, month, day, time, year] if year.len() == 4 => (*day, *month, *year, *time),
        _ => return None,
    };
    let month = MONTHS.iter().position(|name| *name == month)?;
    let year = match (number(year)?, year.len()) {
        (year @ 70.., 2) => year.checked_add(1900)?,
        (year, 2) => year.checked_add(2000)?,
        (year, _) => year,
    };
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    // A leap second is the last second twice.
    let second = number(second).filter(|second| *second <= 60)?.min(59);
    let month = i8::try_from(month).ok()?.checked_add(1)?;
    let date = Date::new(year, month, small(number(day)?)?).ok()?;
    let time = Time::new(
        small(number(hour)?)?,
        small(number(minute)?)?,
        small(second)?,
        0,
    )
    .ok()?;
    Offset::UTC.to_timestamp(date.to_datetime(time)).ok()
}

fn number(text: &str) -> Option<i16> {
    let digits = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn small(number: i16) -> Option<i8> {
    i8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::http_date;
    use proptest::proptest;

    #[test]
    fn three_forms() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            let date = http_date(text).map(|date| date.to_string());
            assert_eq!(date.as_deref(), Some("1994-11-06T08:49:37Z"), "{text}");
        }
        let leap = http_date("Sat, 31 Dec 2016 23:59:60 GMT").map(|date| date.to_string());
        assert_eq!(leap.as_deref(), Some("2016-12-31T23:59:59Z"));
        let young = http_date("Monday, 23-Nov-26 08:49:37 GMT").map(|date| date.to_string());
        assert_eq!(young.as_deref(), Some("2026-11-23T08:49:37Z"));
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "now",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 31 Feb 2026 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 99999 08:49:37 GMT",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,60}") {
            http_date(&text);
        }
    }
}
