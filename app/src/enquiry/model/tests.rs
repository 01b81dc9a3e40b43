use super::*;

const NOTHING: Progress = Progress { acknowledged: false, screened: false, assigned: false, answered: false };

/// What is possible in each state, for every pair of state and action.
#[test]
fn every_pair_of_state_and_action_is_decided() {
    use Action::{Acknowledge, Answer, Assign, Close, Convert, Dismiss, FollowUp, Reopen, Screen};
    use State::{Acknowledged, Answered, Assigned, Closed, Converted, FollowedUp, Received, Screened};
    let expected = |state: State, action: Action| -> Option<State> {
        match (state, action) {
            (Received, Acknowledge) => Some(Acknowledged),
            (Screened | Assigned, Acknowledge) => Some(state),
            (Received | Acknowledged | Screened, Screen) => Some(Screened),
            (Received | Acknowledged | Screened, Dismiss) => Some(Closed),
            (Screened, Assign) => Some(Assigned),
            (Assigned | Answered | FollowedUp, Assign) => Some(state),
            (Assigned | Answered, Answer) => Some(Answered),
            (FollowedUp, Answer) => Some(FollowedUp),
            (Answered | FollowedUp, FollowUp) => Some(FollowedUp),
            (Assigned | Answered | FollowedUp, Convert) => Some(Converted),
            (Converted | Closed, Close) => None,
            (_, Close) => Some(Closed),
            (Closed, Reopen) => Some(Received),
            _ => None,
        }
    };
    let mut possible = 0;
    for state in State::ALL {
        for action in Action::ALL {
            let found = state.after(*action, NOTHING).ok();
            assert_eq!(found, expected(*state, *action), "{} → {}", state.code(), action.code());
            possible += usize::from(found.is_some());
            if found.is_none() {
                assert_eq!(state.after(*action, NOTHING), Err(Error::Refused(Refusal::NotNow)));
            }
        }
    }
    assert_eq!(possible, TRANSITIONS.len(), "nothing stands in the table twice");
    for state in State::ALL {
        assert_eq!(State::from_code(state.code()), Some(*state));
        assert_eq!(state.actions(NOTHING).is_empty(), *state == Converted);
    }
}

#[test]
fn one_is_acknowledged_once() {
    let progress = Progress { acknowledged: true, ..NOTHING };
    for state in State::ALL {
        assert!(state.after(Action::Acknowledge, progress).is_err());
        assert!(!state.actions(progress).contains(&Action::Acknowledge));
    }
    assert_eq!(State::Screened.next_action(NOTHING), Some(Action::Acknowledge));
    assert_eq!(State::Screened.next_action(progress), Some(Action::Assign));
}

#[test]
fn what_should_be_done_next_may_be_done() {
    let all = |bits: u8| Progress {
        acknowledged: bits & 1 != 0,
        screened: bits & 2 != 0,
        assigned: bits & 4 != 0,
        answered: bits & 8 != 0,
    };
    for state in State::ALL {
        for progress in (0..16).map(all) {
            // An acknowledged one cannot be in the state before.
            if *state == State::Received && progress.acknowledged {
                continue;
            }
            match state.next_action(progress) {
                Some(action) => assert!(state.after(action, progress).is_ok(), "{} {action:?}", state.code()),
                None => assert!(state.is_over()),
            }
        }
    }
}

#[test]
fn reopened_it_goes_on_from_where_it_was() {
    let reopened = |progress| State::Closed.after(Action::Reopen, progress).unwrap();
    assert_eq!(reopened(NOTHING), State::Received);
    assert_eq!(reopened(Progress { acknowledged: true, ..NOTHING }), State::Acknowledged);
    assert_eq!(reopened(Progress { screened: true, ..NOTHING }), State::Screened);
    assert_eq!(reopened(Progress { screened: true, assigned: true, ..NOTHING }), State::Assigned);
    assert_eq!(reopened(Progress { assigned: true, answered: true, ..NOTHING }), State::Answered);
    assert!(State::Converted.after(Action::Reopen, NOTHING).is_err());
}

#[test]
fn a_clock_runs_until_it_is_stopped_or_all_is_over() {
    let mut clocks =
        Clocks { acknowledge_due: Timestamp(40), answer_due: Timestamp(160), acknowledged_at: None, answered_at: None };
    assert_eq!(clocks.due(State::Received), Timestamp(40));
    assert_eq!(clocks.running(State::Assigned).len(), 2);
    assert_eq!(clocks.due(State::Closed), Timestamp(NEVER));
    clocks.acknowledged_at = Some(Timestamp(10));
    assert_eq!(clocks.running(State::Screened), [(Clock::Answer, Timestamp(160))]);
    clocks.answered_at = Some(Timestamp(20));
    assert_eq!(clocks.due(State::Answered), Timestamp(NEVER));
}

#[test]
fn numbers_are_told_from_other_texts() {
    assert_eq!(number_text(2026, 7), "EN-2026-0007");
    assert_eq!(number_text(2026, 12_345), "EN-2026-12345");
    assert!(is_number("EN-2026-0007") && is_number("EN-2026-12345"));
    for bad in ["", "EN-2026-", "EN-26-0001", "EN-2026-00a1", "<b>", "EN-2026-0007<b>", "EN-2026-00001000000"] {
        assert!(!is_number(bad), "{bad}");
    }
}

fn form() -> EnquiryForm {
    EnquiryForm {
        kind: "investment".into(),
        name: "  Ada\r\nBcc: x@evil.example  ".into(),
        company: "Example A/S".into(),
        country: "DK".into(),
        email: "ada@example.org".into(),
        language: "en".into(),
        message: "We would like\r\nto invest.".into(),
        ..EnquiryForm::default()
    }
}

#[test]
fn a_form_becomes_facts_and_no_header() {
    let facts = form().parse().unwrap();
    assert_eq!(facts.name, "Ada Bcc: x@evil.example");
    assert_eq!(facts.message, "We would like\nto invest.");
    let Err(Error::Invalid(errors)) = EnquiryForm::default().parse() else { panic!("accepted") };
    for field in ["kind", "name", "company", "country", "email", "language", "message"] {
        assert_eq!(errors.of(field), Some(Problem::Missing), "{field}");
    }
    assert_eq!(errors.of("phone"), None);
    for (change, field) in [
        (EnquiryForm { email: "ada@example.org\r\nBcc: x@y.example".into(), ..form() }, "email"),
        (EnquiryForm { message: "x".repeat(4001), ..form() }, "message"),
        (EnquiryForm { name: "a\0b".into(), ..form() }, "name"),
        (EnquiryForm { phone: "call me".into(), ..form() }, "phone"),
        (EnquiryForm { country: "Denmark".into(), ..form() }, "country"),
    ] {
        let Err(Error::Invalid(errors)) = change.parse() else { panic!("{field}") };
        assert!(errors.of(field).is_some(), "{field}");
    }
}

#[test]
fn who_is_written_down_can_be_reached_in_one_way_at_least() {
    let met = EnquiryForm { email: String::new(), company: String::new(), country: String::new(), ..form() };
    assert!(met.parse().is_err());
    let Err(Error::Invalid(errors)) = met.parse_recorded() else { panic!("nobody can reach them") };
    assert_eq!(errors.of("email"), Some(Problem::NoContact));
    assert!(EnquiryForm { phone: "+45 12 34 56 78".into(), ..met }.parse_recorded().is_ok());
}

#[test]
fn limits_are_hours() {
    assert_eq!(Limits::parse("4", " 16 ").unwrap(), Limits::USUAL);
    for (acknowledge, answer) in [("", "16"), ("0", "16"), ("four", "16"), ("4", "501"), ("8", "4"), ("-1", "-1")] {
        assert!(Limits::parse(acknowledge, answer).is_err(), "{acknowledge} {answer}");
    }
}
