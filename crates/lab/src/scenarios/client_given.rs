//! C18, S39: a client certificate is given, and refused.

use super::Name;
use crate::scenario::{Expected, Scenario};
use crate::stage::{ClientAuth, ClientIssuer, ClientSpec, Library, Purpose, Stage, TimeSource};
use report::{Certainty, ProtocolVersion};

const TLS12: &[ProtocolVersion] = &[ProtocolVersion::TLS1_2];
const TLS13: &[ProtocolVersion] = &[ProtocolVersion::TLS1_3];
const DAY: i64 = 24;

pub(super) fn scenarios() -> Vec<Scenario> {
    [refused(), clocks()].into_iter().flatten().collect()
}

fn given(
    versions: &'static [ProtocolVersion],
    client_auth: ClientAuth,
    clock_hours: i64,
    client: ClientSpec,
) -> Stage {
    Stage {
        client_certificate: true,
        client,
        time_sources: TimeSource::RIGHT,
        ..Stage::library(Library {
            versions,
            client_auth,
            clock_hours,
            ..Library::default()
        })
    }
}

fn refused() -> Vec<Scenario> {
    let good = ClientSpec::default();
    let expired = ClientSpec {
        hours: (-90 * DAY, -DAY),
        ..good
    };
    let early = ClientSpec {
        hours: (DAY, 90 * DAY),
        ..good
    };
    let server = ClientSpec {
        purpose: Purpose::Server,
        ..good
    };
    let from = |issuer| ClientSpec { issuer, ..good };
    let scenario = |variant, title, certainty, versions, client_auth, client| {
        Name::new("C18", variant, title).broken(
            Expected::fails("C18", certainty),
            given(versions, client_auth, 0, client),
            given(versions, client_auth, 0, good),
        )
    };
    use Certainty::{Proven, Supported};
    use ClientAuth::{Optional, Required};
    let stranger = from(ClientIssuer::Stranger);
    let namesake = from(ClientIssuer::Namesake);
    vec![
        scenario(
            "expired",
            "An expired client certificate in TLS 1.3.",
            Proven,
            TLS13,
            Required,
            expired,
        ),
        scenario(
            "expired-tls12",
            "An expired client certificate in TLS 1.2.",
            Proven,
            TLS12,
            Required,
            expired,
        ),
        scenario(
            "early",
            "A client certificate that is not valid yet.",
            Proven,
            TLS13,
            Required,
            early,
        ),
        scenario(
            "purpose",
            "A client certificate that is for servers.",
            Supported,
            TLS13,
            Required,
            server,
        ),
        scenario(
            "purpose-tls12",
            "A client certificate that is for servers, in TLS 1.2.",
            Supported,
            TLS12,
            Required,
            server,
        ),
        scenario(
            "issuer",
            "A client certificate of another CA.",
            Supported,
            TLS13,
            Required,
            stranger,
        ),
        scenario(
            "issuer-tls12",
            "A client certificate of another CA, in TLS 1.2.",
            Supported,
            TLS12,
            Required,
            stranger,
        ),
        scenario(
            "optional",
            "A client certificate of another CA, where none is needed.",
            Proven,
            TLS13,
            Optional,
            stranger,
        ),
        scenario(
            "optional-tls12",
            "A client certificate of a CA of the same name, where none is needed.",
            Proven,
            TLS12,
            Optional,
            namesake,
        ),
    ]
}

fn clocks() -> Vec<Scenario> {
    let good = ClientSpec::default();
    let name = |variant, title| Name::new("S39", variant, title);
    let supported = || Expected::fails("S39", Certainty::Supported);
    use ClientAuth::{Optional, Required};
    vec![
        name(
            "ahead",
            "A clock 100 days ahead, seen in the HTTP Date of an answer without a certificate.",
        )
        .broken(
            supported(),
            given(TLS13, Optional, 100 * DAY, good),
            given(TLS13, Optional, 0, good),
        ),
        name("behind", "A clock 100 days behind, seen in the HTTP Date.").broken(
            supported(),
            given(TLS13, Optional, -100 * DAY, good),
            given(TLS13, Optional, 0, good),
        ),
        name("ahead-tls12", "A clock 100 days ahead in TLS 1.2.").broken(
            supported(),
            given(TLS12, Optional, 100 * DAY, good),
            given(TLS12, Optional, 0, good),
        ),
        name(
            "hidden",
            "A clock 100 days ahead, and nothing that shows it.",
        )
        .broken(
            Expected::undecided(&["S39", "C18"]),
            given(TLS13, Required, 100 * DAY, good),
            given(TLS13, Required, 0, good),
        ),
    ]
}
