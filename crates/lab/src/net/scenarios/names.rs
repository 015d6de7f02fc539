//! P13, P14, P15: boxes that mind the server's name.

use super::broken;
use crate::net::middlebox::{Answer, Deed, Middlebox, Trigger};
use crate::net::path::{Path, Placed};
use crate::net::scenario::NetScenario;
use crate::net::stage::NetStage;
use crate::scenario::Expected;
use report::Certainty::Proven;

pub(super) fn scenarios() -> Vec<NetScenario> {
    let minds = |hop, then| {
        let when = Trigger::Name("www.shop.test");
        NetStage::over(Path::with(Placed::at(hop, Middlebox::Hello { when, then })))
    };
    let by_name = |cause, variant, title, hop, deed| {
        let expected = Expected::fails(cause, Proven);
        broken(
            cause,
            variant,
            title,
            expected,
            minds(hop, deed),
            NetStage::default(),
        )
    };
    let answer = |answer| Deed::Answer(answer);
    vec![
        by_name(
            "P13",
            "hop-2",
            "Hellos with that name are reset behind the second router.",
            2,
            Deed::Reset,
        ),
        by_name(
            "P13",
            "hop-1",
            "Hellos with that name are reset behind the first router.",
            1,
            Deed::Reset,
        ),
        by_name(
            "P14",
            "hop-2",
            "Hellos with that name are dropped behind the second router.",
            2,
            Deed::Drop,
        ),
        by_name(
            "P14",
            "hop-3",
            "Hellos with that name are dropped behind the third router.",
            3,
            Deed::Drop,
        ),
        by_name(
            "P15",
            "alert",
            "Hellos with that name get alert 112 from behind the second router.",
            2,
            answer(Answer::Alert(112)),
        ),
        by_name(
            "P15",
            "end",
            "Hellos with that name get the stream's end from behind the second router.",
            2,
            answer(Answer::End),
        ),
        by_name(
            "P15",
            "page",
            "Hellos with that name get a page from behind the second router.",
            2,
            answer(Answer::Page),
        ),
    ]
}
