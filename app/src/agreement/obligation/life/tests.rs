use super::*;

const WAYS: [Way; 4] = [Way::Owing, Way::Benefiting, Way::Staff, Way::End];
const FINE: Standing =
    Standing { binding: true, sides: true, evidence: true, own_evidence: false, owes: false, reason: true };

/// The table a second time, drawn as rows: from each state, to whom each way leads.
fn expected(from: State, way: Way) -> Vec<State> {
    use State::{Disputed, Fulfilled, InProgress, Lapsed, Pending, Submitted, Waived};
    match (from, way) {
        (Pending, Way::Owing) => vec![InProgress, Submitted, Disputed],
        (InProgress, Way::Owing) => vec![Submitted, Disputed],
        (Submitted, Way::Owing) => vec![Disputed],
        (Pending | InProgress, Way::Benefiting) => vec![Waived, Disputed],
        (Submitted, Way::Benefiting) => vec![InProgress, Fulfilled, Waived, Disputed],
        (Fulfilled | Waived, Way::Benefiting) => vec![Disputed],
        (Disputed, Way::Staff) => vec![Pending, InProgress, Submitted, Fulfilled, Waived, Lapsed],
        (Pending | InProgress, Way::Staff | Way::End) => vec![Lapsed],
        _ => Vec::new(),
    }
}

#[test]
fn every_pair_of_states_is_a_move_or_none_for_everybody() {
    for from in State::ALL.iter().copied() {
        for way in WAYS {
            assert_eq!(next(from, way).collect::<Vec<_>>(), expected(from, way), "{from:?} {way:?}");
            for to in State::ALL.iter().copied() {
                let allowed = expected(from, way).contains(&to);
                assert_eq!(may(from, to, way, &FINE).is_ok(), allowed, "{from:?} to {to:?} by {way:?}");
                if !allowed {
                    assert_eq!(may(from, to, way, &FINE), Err(Hindrance::NoSuchMove));
                }
            }
        }
    }
}

#[test]
fn guards_stand_in_the_way() {
    use State::{Disputed, Fulfilled, InProgress, Pending, Submitted, Waived};
    let with = |change: fn(&mut Standing)| {
        let mut standing = FINE;
        change(&mut standing);
        standing
    };
    let unbound = with(|s| s.binding = false);
    let own = with(|s| s.own_evidence = true);
    let silent = with(|s| s.reason = false);
    assert_eq!(may(Pending, InProgress, Way::Owing, &unbound), Err(Hindrance::NotBinding));
    assert_eq!(may(Pending, InProgress, Way::Owing, &with(|s| s.sides = false)), Err(Hindrance::NoSides));
    assert_eq!(may(InProgress, Submitted, Way::Owing, &with(|s| s.evidence = false)), Err(Hindrance::NoEvidence));
    assert_eq!(may(Submitted, Fulfilled, Way::Benefiting, &own), Err(Hindrance::OwnEvidence));
    assert_eq!(may(Submitted, InProgress, Way::Benefiting, &own), Err(Hindrance::OwnEvidence));
    assert_eq!(may(Submitted, InProgress, Way::Benefiting, &silent), Err(Hindrance::Reason));
    assert_eq!(may(Pending, Waived, Way::Benefiting, &with(|s| s.owes = true)), Err(Hindrance::OwnDebt));
    assert_eq!(may(Pending, Waived, Way::Benefiting, &silent), Err(Hindrance::Reason));
    assert_eq!(may(InProgress, Disputed, Way::Owing, &silent), Err(Hindrance::Reason));
    assert_eq!(may(Disputed, Fulfilled, Way::Staff, &silent), Err(Hindrance::Reason));
    assert!(needs_reason(Submitted, InProgress) && !needs_reason(Submitted, Fulfilled));
}

#[test]
fn only_what_waits_for_who_owes_can_be_overdue() {
    for state in State::ALL.iter().copied() {
        assert!(!(state.is_settled() && state.is_awaited()), "{state:?}");
        assert_eq!(State::from_code(state.code()), Some(state));
    }
    assert!(!State::Submitted.is_awaited() && !State::Disputed.is_awaited());
}
