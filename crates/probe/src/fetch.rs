//! Something fetched over plain HTTP: an issuer's certificate, a revocation list, an OCSP answer, a date.

use crate::clock::unix_us;
use crate::ending::{Ending, quoted};
use crate::reach::is_private;
use crate::{Recorder, resolve};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AGE, CONNECTION, DATE, HOST, LOCATION, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use report::{
    Answer, Bytes as Octets, FetchPurpose, HttpReply, ListExcerpt, PhaseName, PhaseOutcome,
};
use std::error::Error as _;
use std::future::{Future as _, poll_fn};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::{Duration, Instant, SystemTime};
use tokio::net::TcpStream;
use url::{Host, Url};

/// Redirects followed.
pub const MAX_REDIRECTS: usize = 3;

/// Addresses of one host tried.
const MAX_ADDRESSES: usize = 3;

/// Octets of an answer's head.
const MAX_HEAD: usize = 16 * 1024;

/// Octets of a revocation list that are kept. Of a longer one only the entries looked for are.
pub(crate) const MAX_LIST_KEPT: usize = 64 * 1024;

/// Octets kept of what should be a revocation list, is too long and cannot be cut down: enough to see what it is.
const MAX_PROBE: usize = 1024;

/// Octets of an answer's body that are read for a purpose. More makes the answer garbage, except for a date,
/// which stands in the head.
pub const fn max_body(purpose: FetchPurpose) -> usize {
    match purpose {
        FetchPurpose::Issuer => 256 * 1024,
        FetchPurpose::Crl => 16 * 1024 * 1024,
        FetchPurpose::Ocsp => 64 * 1024,
        FetchPurpose::Date => 4 * 1024,
    }
}

/// Fetches `url`, with the phases resolve, connect and fetch once per redirect.
pub(crate) async fn fetch(
    url: &str,
    purpose: FetchPurpose,
    from_public: bool,
    serials: &[Octets],
    recorder: &Recorder,
) -> Result<(), Ending> {
    let forbidden = move |address| from_public && is_private(address);
    follow(url, purpose, &forbidden, serials, recorder).await
}

async fn follow(
    url: &str,
    purpose: FetchPurpose,
    forbidden: &(impl Fn(IpAddr) -> bool + Sync),
    serials: &[Octets],
    recorder: &Recorder,
) -> Result<(), Ending> {
    let mut url = Url::parse(url).map_err(|_| {
        recorder.begin(PhaseName::Fetch, None);
        Ending::new(PhaseOutcome::Error, "URL not valid")
    })?;
    let mut outside = false;
    for _ in 0..=MAX_REDIRECTS {
        // Whoever answers from the public internet does not send us into a private network either.
        let forbidden = |address| forbidden(address) || outside && is_private(address);
        let stream = reach(&url, &forbidden, recorder).await?;
        outside |= stream.peer_addr().is_ok_and(|peer| !is_private(peer.ip()));
        recorder.next(PhaseName::Fetch);
        let got = exchange(stream, &url, purpose).await?;
        let line = format!("{} {}", got.status.as_u16(), shown(&url, purpose));
        recorder.remark(quoted(line.as_bytes()));
        if let Some(location) = got.location {
            url = url
                .join(&location)
                .map_err(|_| Ending::new(PhaseOutcome::Garbage, quoted(location.as_bytes())))?;
            continue;
        }
        let status = got.status;
        let over = got.over;
        let kept = match purpose {
            FetchPurpose::Crl => keep_list(got.body, over, serials),
            FetchPurpose::Issuer | FetchPurpose::Ocsp | FetchPurpose::Date => Kept::whole(got.body),
        };
        recorder.answer(Answer::Http(HttpReply {
            status: status.as_u16(),
            date: got.date,
            age: got.age,
            url: url.into(),
            body: kept.body.into(),
            received_unix_us: unix_us(got.received),
            round_trip_us: u64::try_from(got.round_trip.as_micros()).unwrap_or(u64::MAX),
            unkept: kept.unkept,
            excerpt: kept.excerpt,
        }));
        return judge(status, over, purpose, line);
    }
    let detail = format!("more than {MAX_REDIRECTS} redirects");
    Err(Ending::new(PhaseOutcome::Refused, detail))
}

/// What is kept of a body.
struct Kept {
    body: Vec<u8>,
    unkept: u64,
    excerpt: Option<ListExcerpt>,
}

impl Kept {
    fn whole(body: Vec<u8>) -> Self {
        Self {
            body,
            unkept: 0,
            excerpt: None,
        }
    }
}

/// Keeps a revocation list, or the part of it that is about `serials`, or the beginning of what is none.
fn keep_list(mut body: Vec<u8>, over: bool, serials: &[Octets]) -> Kept {
    if body.len() <= MAX_LIST_KEPT {
        return Kept::whole(body);
    }
    let length = body.len();
    let serials: Vec<&[u8]> = serials.iter().map(Octets::as_slice).collect();
    let excerpt = (!over)
        .then(|| pki::revocation::excerpt(&body, &serials))
        .flatten()
        .filter(|excerpt| excerpt.der.len() <= MAX_LIST_KEPT);
    let (body, excerpt) = match excerpt {
        Some(excerpt) => {
            let list = ListExcerpt {
                digest: excerpt.digest.into(),
                entries: excerpt.entries,
            };
            (excerpt.der, Some(list))
        }
        None => {
            body.truncate(MAX_PROBE);
            body.shrink_to_fit();
            (body, None)
        }
    };
    let unkept = length.saturating_sub(body.len());
    Kept {
        body,
        unkept: u64::try_from(unkept).unwrap_or(u64::MAX),
        excerpt,
    }
}

/// The URL for people: the last part of an OCSP URL is the request, which says nothing to them.
fn shown(url: &Url, purpose: FetchPurpose) -> &str {
    match (purpose, url.as_str().rsplit_once('/')) {
        (FetchPurpose::Ocsp, Some((base, _))) => base,
        _ => url.as_str(),
    }
}

fn judge(
    status: StatusCode,
    over: bool,
    purpose: FetchPurpose,
    line: String,
) -> Result<(), Ending> {
    let line = quoted(line.as_bytes());
    match status {
        StatusCode::TOO_MANY_REQUESTS => Err(Ending::new(PhaseOutcome::Throttled, line)),
        _ if purpose == FetchPurpose::Date => Ok(()),
        _ if over => Err(Ending::new(
            PhaseOutcome::Garbage,
            format!("body over {} octets", max_body(purpose)),
        )),
        _ if status.is_success() => Ok(()),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(Ending::new(PhaseOutcome::NotFound, line)),
        _ => Err(Ending::new(PhaseOutcome::Refused, line)),
    }
}

/// Connects to exactly an address that was looked at.
async fn reach(
    url: &Url,
    forbidden: &impl Fn(IpAddr) -> bool,
    recorder: &Recorder,
) -> Result<TcpStream, Ending> {
    if url.scheme() != "http" {
        recorder.begin(PhaseName::Fetch, None);
        let detail = format!("scheme {}", quoted(url.scheme().as_bytes()));
        return Err(Ending::new(PhaseOutcome::Denied, detail));
    }
    let port = url.port_or_known_default().unwrap_or(80);
    let found = match url.host() {
        Some(Host::Ipv4(address)) => vec![address.into()],
        Some(Host::Ipv6(address)) => vec![address.into()],
        Some(Host::Domain(name)) => {
            recorder.begin(PhaseName::Resolve, None);
            resolve::system(name, libc::AF_UNSPEC).await?
        }
        None => Vec::new(),
    };
    let (private, allowed): (Vec<IpAddr>, Vec<IpAddr>) =
        found.into_iter().partition(|address| forbidden(*address));
    let mut ending = match private.first() {
        Some(address) => Ending::new(PhaseOutcome::Denied, format!("private address {address}")),
        None => Ending::new(PhaseOutcome::NotFound, "no address"),
    };
    if allowed.is_empty() {
        let peer = private
            .first()
            .map(|address| SocketAddr::new(*address, port));
        recorder.begin(PhaseName::Connect, peer);
        return Err(ending);
    }
    for (tried, address) in allowed.into_iter().take(MAX_ADDRESSES).enumerate() {
        if tried > 0 {
            recorder.close(ending);
        }
        let peer = SocketAddr::new(address, port);
        recorder.begin(PhaseName::Connect, Some(peer));
        match TcpStream::connect(peer).await {
            Ok(stream) => return Ok(stream),
            Err(error) => ending = error.into(),
        }
    }
    Err(ending)
}

struct Got {
    status: StatusCode,
    location: Option<String>,
    date: Option<String>,
    age: Option<String>,
    body: Vec<u8>,
    over: bool,
    received: SystemTime,
    round_trip: Duration,
}

async fn exchange(stream: TcpStream, url: &Url, purpose: FetchPurpose) -> Result<Got, Ending> {
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    };
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let method = match purpose {
        FetchPurpose::Date => Method::HEAD,
        _ => Method::GET,
    };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, host)
        .header(USER_AGENT, "tlsmedic")
        .header(ACCEPT, "*/*")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|_| Ending::new(PhaseOutcome::Error, "URL not valid"))?;
    let (mut sender, driver) = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(ending)?;
    let limit = max_body(purpose);
    let mut talk = pin!(async move {
        let before = Instant::now();
        let response = sender.send_request(request).await.map_err(ending)?;
        let (received, round_trip) = (SystemTime::now(), before.elapsed());
        take(response, limit, received, round_trip).await
    });
    // The driver's end is not the talk's: what it has read may still wait to be taken.
    let mut driver = pin!(driver);
    let mut driven = false;
    poll_fn(move |context| {
        if !driven {
            driven = driver.as_mut().poll(context).is_ready();
        }
        talk.as_mut().poll(context)
    })
    .await
}

async fn take(
    response: Response<Incoming>,
    limit: usize,
    received: SystemTime,
    round_trip: Duration,
) -> Result<Got, Ending> {
    let text = |name| {
        let value = response.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let status = response.status();
    let location = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
        .then(|| text(LOCATION))
        .flatten();
    let date = text(DATE).map(|date| quoted(date.as_bytes()));
    let age = text(AGE).map(|age| quoted(age.as_bytes()));
    let mut got = Got {
        status,
        location,
        date,
        age,
        body: Vec::new(),
        over: false,
        received,
        round_trip,
    };
    if got.location.is_some() {
        return Ok(got);
    }
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        let Ok(octets) = frame.map_err(ending)?.into_data() else {
            continue;
        };
        let room = limit.saturating_sub(got.body.len());
        got.over = octets.len() > room;
        got.body
            .extend_from_slice(octets.get(..room).unwrap_or(&octets));
        if got.over {
            break;
        }
    }
    Ok(got)
}

fn ending(error: hyper::Error) -> Ending {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            if let Some(errno) = cause.raw_os_error() {
                return io::Error::from_raw_os_error(errno).into();
            }
            if cause.kind() == io::ErrorKind::UnexpectedEof {
                return Ending::plain(PhaseOutcome::Closed);
            }
        }
        source = cause.source();
    }
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        Ending::plain(PhaseOutcome::Closed)
    } else if error.is_parse() || error.is_body_write_aborted() {
        Ending::new(PhaseOutcome::Garbage, "no HTTP")
    } else {
        Ending::new(PhaseOutcome::Garbage, quoted(error.to_string().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::follow;
    use crate::Recorder;
    use report::{FetchPurpose, PhaseOutcome};
    use std::net::IpAddr;
    use std::time::Instant;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn the_rule_holds_after_a_redirect() {
        let allowed = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let forbidden = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let secret = forbidden.local_addr().unwrap();
        let url = format!("http://{}/", allowed.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = allowed.accept().await.unwrap();
            stream.read_exact(&mut [0; 16]).await.unwrap();
            let answer = format!("HTTP/1.1 302 Found\r\nLocation: http://{secret}/\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream
        });
        let recorder = Recorder::new(Instant::now());
        let rule = move |address: IpAddr| address == secret.ip();
        let ending = follow(&url, FetchPurpose::Issuer, &rule, &[], &recorder)
            .await
            .unwrap_err();
        assert_eq!(ending.outcome, PhaseOutcome::Denied);
        assert_eq!(ending.detail.as_deref(), Some("private address 127.0.0.2"));
        drop(server.await.unwrap());
        let knock = std::time::Duration::from_millis(1);
        assert!(
            tokio::time::timeout(knock, forbidden.accept())
                .await
                .is_err()
        );
    }
}
