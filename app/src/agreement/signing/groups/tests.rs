use super::*;

const NOW: i64 = 1000;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A place: its id, party and group.
fn place(number: u128, party: u128, group: i64, mark: Mark) -> Place {
    Place { id: id(number), party: id(100 + party), group, mark, expires_at: None }
}

fn party(number: u128) -> Uuid {
    id(100 + number)
}

use Mark::{Declined, Open, Signed, Withdrawn};

/// Two groups of two, all of whom must sign.
fn two_groups(marks: [Mark; 4]) -> Plan {
    let places = vec![
        // In whatever order they were added.
        place(3, 3, 2, marks[2]),
        place(1, 1, 1, marks[0]),
        place(4, 4, 2, marks[3]),
        place(2, 2, 1, marks[1]),
    ];
    Plan::new(places, &[])
}

/// One group of three of one party, of whom two are enough.
fn two_of_three(marks: [Mark; 3]) -> Plan {
    Plan::new((0..3).map(|n| place(n as u128 + 1, 1, 1, marks[n])).collect(), &[(1, Some(2))])
}

fn turn(plan: &Plan) -> Vec<Uuid> {
    plan.whose_turn().map(|place| place.id).collect()
}

#[test]
fn groups_sign_one_after_another() {
    let plan = two_groups([Open; 4]);
    assert_eq!(turn(&plan), [id(1), id(2)]);
    assert_eq!(plan.stand(id(1), NOW), Some(Stand::Turn));
    assert_eq!(plan.stand(id(3), NOW), Some(Stand::Waits));
    assert_eq!(plan.stand(id(9), NOW), None, "nobody's place");
    let plan = plan.with(id(2), Signed);
    assert_eq!(turn(&plan), [id(1)], "the second group still waits");
    assert_eq!(plan.stand(id(3), NOW), Some(Stand::Waits));
    let plan = plan.with(id(1), Signed);
    assert_eq!(turn(&plan), [id(3), id(4)]);
    assert!(!plan.is_complete());
    let plan = plan.with(id(3), Signed).with(id(4), Signed);
    assert!(plan.is_complete() && turn(&plan).is_empty());
    assert!((1..=4).all(|number| plan.has_signed(party(number))));
}

#[test]
fn so_many_are_enough() {
    let plan = two_of_three([Signed, Open, Open]);
    assert!(!plan.is_complete() && !plan.has_signed(party(1)));
    assert_eq!(turn(&plan), [id(2), id(3)]);
    let plan = two_of_three([Signed, Open, Signed]);
    assert!(plan.is_complete() && plan.has_signed(party(1)));
    assert_eq!(plan.stand(id(2), NOW), Some(Stand::NotNeeded));
}

#[test]
fn who_declines_stops_it_only_when_too_few_are_left() {
    let plan = two_of_three([Declined, Open, Open]);
    assert!(!plan.is_lost() && !plan.is_complete());
    assert_eq!(turn(&plan), [id(2), id(3)]);
    assert!(two_of_three([Declined, Signed, Signed]).is_complete(), "one declined, two are enough");
    assert!(two_of_three([Declined, Signed, Signed]).has_signed(party(1)));
    assert!(two_of_three([Declined, Open, Declined]).is_lost());
    assert!(two_of_three([Declined, Signed, Declined]).is_lost());
    assert!(two_groups([Declined, Open, Open, Open]).is_lost(), "where all must sign, each stops it");
    assert!(two_groups([Signed, Signed, Open, Declined]).is_lost());
    assert!(two_groups([Open, Open, Open, Declined]).is_lost(), "whosever turn it is");
}

#[test]
fn who_is_withdrawn_counts_no_more() {
    let plan = two_groups([Signed, Withdrawn, Open, Open]);
    assert_eq!(turn(&plan), [id(3), id(4)], "all of those who count have signed");
    assert_eq!(plan.stand(id(2), NOW), Some(Stand::Withdrawn));
    assert!(!plan.has_signed(party(2)));
    assert!(!two_of_three([Withdrawn, Open, Open]).is_lost());
    assert!(two_of_three([Withdrawn, Withdrawn, Open]).is_lost(), "two cannot be reached");
    // A group of which nobody is left is passed over.
    let plan = two_groups([Withdrawn, Withdrawn, Open, Open]);
    assert_eq!(turn(&plan), [id(3), id(4)]);
}

#[test]
fn whose_time_is_over_waits_for_more_of_it_and_stops_nobody() {
    let late = |mark| Place { expires_at: Some(NOW), ..place(1, 1, 1, mark) };
    let plan = Plan::new(vec![late(Open), place(2, 2, 1, Open)], &[]);
    assert_eq!(plan.stand(id(1), NOW - 1), Some(Stand::Turn), "to the microsecond");
    assert_eq!(plan.stand(id(1), NOW), Some(Stand::Expired));
    assert_eq!(plan.stand(id(2), NOW), Some(Stand::Turn), "the others go on");
    assert!(!plan.is_lost() && !plan.is_complete());
    let plan = Plan::new(vec![late(Signed), place(2, 2, 1, Open)], &[]);
    assert_eq!(plan.stand(id(1), NOW), Some(Stand::Signed), "what is signed does not expire");
}

#[test]
fn a_party_has_signed_when_all_that_it_has_to_sign_is_signed() {
    // One party signs first and last, the other between.
    let signs = |marks: [Mark; 3]| {
        Plan::new(vec![place(1, 1, 1, marks[0]), place(2, 2, 2, marks[1]), place(3, 1, 3, marks[2])], &[])
    };
    assert!(!signs([Signed, Open, Open]).has_signed(party(1)));
    assert!(signs([Signed, Signed, Open]).has_signed(party(2)));
    assert!(!signs([Signed, Signed, Open]).has_signed(party(1)));
    assert!(signs([Signed, Signed, Signed]).has_signed(party(1)));
    assert!(!signs([Signed, Signed, Signed]).has_signed(party(7)), "who has nobody to sign has not signed");
}

#[test]
fn where_some_are_enough_each_party_must_be_among_them() {
    let of = |needed: i64| {
        let places = vec![place(1, 1, 1, Open), place(2, 2, 1, Open), place(3, 3, 1, Open)];
        Plan::new(places, &[(1, Some(needed))])
    };
    assert!((1..=3).all(|number| of(3).is_certain(party(number))));
    assert!((1..=3).all(|number| !of(2).is_certain(party(number))), "two others would be enough");
    assert!(two_of_three([Open; 3]).is_certain(party(1)), "they are all its own");
    let mut places: Vec<Place> = of(2).places().copied().collect();
    places.push(place(4, 1, 2, Open));
    assert!(Plan::new(places, &[(1, Some(2))]).is_certain(party(1)), "it signs once more, where all must");
    assert!(!of(3).is_certain(party(9)), "who has nobody to sign does not");
}

#[test]
fn nobody_has_to_sign_an_empty_plan() {
    let plan = Plan::default();
    assert!(plan.is_complete() && !plan.is_lost() && plan.turn().is_none());
}
