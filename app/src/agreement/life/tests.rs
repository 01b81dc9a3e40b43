use super::*;

/// Everything that any guard may want.
const READY: Standing = Standing {
    parties: 3,
    has_text: true,
    accept: 3,
    signed: 3,
    has_original: true,
    effective_at: Some(10),
    ends_at: Some(20),
    renews: false,
    followed: true,
    reason: true,
    now: 30,
};

#[test]
fn every_pair_of_states_is_a_move_or_refused() {
    // Written out a second time, as a drawing: from the rows' states to the columns', in the order of `State::ALL`.
    // s: by staff, g: by signing, c: by the clock, b: by staff and by the clock.
    const DRAWING: [&str; 13] = [
        //   d i n t f p s F e r t w r
        ". s . . . . . . . . . s .",
        "s . s . . . . . . . . s .",
        ". . . s . . . . . . . s s",
        ". . s . s . . . . . . s s",
        ". . s . . g g . . . . s s",
        ". . s . . . g . . . . . s",
        ". . . . . . . c . . s . .",
        ". . . . . . . . c b s . .",
        ". . . . . . . . . c . . .",
        ". . . . . . . . . . . . .",
        ". . . . . . . . . . . . .",
        ". . . . . . . . . . . . .",
        ". . . . . . . . . . . . .",
    ];
    let mut moves = 0;
    for (from, row) in State::ALL.iter().zip(DRAWING) {
        for (to, mark) in State::ALL.iter().zip(row.split(' ')) {
            for (way, sign) in [(Way::Staff, "s"), (Way::Signing, "g"), (Way::Clock, "c")] {
                // Half signed is a state of its own: all of them would be too many for it.
                let standing = if *to == State::PartlySigned { Standing { signed: 1, ..READY } } else { READY };
                let there = mark == sign || (mark == "b" && way != Way::Signing);
                let expected = if there { Ok(()) } else { Err(Hindrance::NoSuchMove) };
                assert_eq!(may(*from, *to, way, &standing), expected, "{} → {} by {way:?}", from.code(), to.code());
                moves += usize::from(there);
            }
        }
    }
    assert_eq!(moves, TRANSITIONS.len(), "no move stands there twice");
    assert_eq!(State::ALL.len(), DRAWING.len());
}

#[test]
fn every_guard_of_every_move_stands_in_the_way() {
    for (from, to, way, guards) in TRANSITIONS {
        let ready = if to == State::PartlySigned { Standing { signed: 1, ..READY } } else { READY };
        assert_eq!(may(from, to, way, &ready), Ok(()));
        for guard in guards {
            let (lacking, hindrance) = match guard {
                Guard::TwoParties => (Standing { parties: 1, accept: 1, ..ready }, Hindrance::TwoParties),
                Guard::Text => (Standing { has_text: false, ..ready }, Hindrance::Text),
                Guard::Accepted => (Standing { accept: 2, reason: false, ..ready }, Hindrance::Accepted),
                Guard::Reason => (Standing { reason: false, ..ready }, Hindrance::Reason),
                Guard::SomeSigned => (Standing { signed: 0, ..ready }, Hindrance::Signed),
                Guard::AllSigned => (Standing { signed: 2, ..ready }, Hindrance::Signed),
                Guard::Original => (Standing { has_original: false, ..ready }, Hindrance::Original),
                Guard::EffectiveDay => (Standing { effective_at: None, ..ready }, Hindrance::EffectiveDay),
                Guard::Begun => (Standing { effective_at: Some(31), ..ready }, Hindrance::NotYet),
                Guard::Ended => (Standing { ends_at: Some(31), ..ready }, Hindrance::NotYet),
                Guard::Followed => (Standing { followed: false, ..ready }, Hindrance::NotYet),
            };
            assert_eq!(may(from, to, way, &lacking), Err(hindrance), "{} → {}: {guard:?}", from.code(), to.code());
        }
    }
}

#[test]
fn the_text_is_agreed_by_all_or_with_a_reason() {
    let (from, to) = (State::Negotiation, State::TextAgreed);
    assert_eq!(may(from, to, Way::Staff, &Standing { reason: false, ..READY }), Ok(()));
    assert_eq!(may(from, to, Way::Staff, &Standing { accept: 0, ..READY }), Ok(()), "staff says why");
    let nobody = Standing { accept: 0, reason: false, ..READY };
    assert_eq!(may(from, to, Way::Staff, &nobody), Err(Hindrance::Accepted));
}

#[test]
fn a_day_begins_and_ends_to_the_microsecond() {
    let at = |state: State, now| state.at(Some(10), Some(20), false, now);
    assert_eq!(at(State::Signed, 9), State::Signed);
    assert_eq!(at(State::Signed, 10), State::InForce);
    assert_eq!(at(State::InForce, 19), State::InForce);
    assert_eq!(at(State::InForce, 20), State::Expired);
    assert_eq!(at(State::Signed, 20), State::Expired, "nobody looked meanwhile");
    assert_eq!(State::InForce.at(Some(10), Some(20), true, 99), State::InForce, "it goes on by itself");
    assert_eq!(State::InForce.at(Some(10), None, false, 99), State::InForce, "it has no end");
    assert_eq!(State::Signed.at(None, None, false, 99), State::Signed);
    for state in [State::Draft, State::ForSignature, State::Terminated, State::Withdrawn, State::Renewed] {
        assert_eq!(at(state, 99), state, "days do nothing to what is not signed, or over");
    }
}

#[test]
fn who_moves_is_asked_why_where_it_matters() {
    assert!(needs_reason(State::Draft, State::Withdrawn) && !needs_reason(State::Draft, State::InternalReview));
    assert!(!needs_reason(State::Negotiation, State::TextAgreed), "only where not all accept");
    assert!(State::ALL.iter().filter(|state| state.is_over()).all(|state| next(*state).next().is_none()));
    let shown: Vec<State> = next(State::Negotiation).collect();
    assert_eq!(shown, [State::TextAgreed, State::Withdrawn, State::Rejected]);
}
