//! Who may sign when: groups in their order, and within a group all of its signatories, or so many of them as are enough.
//! Plain rules, no I/O, no clock: the moment comes as a number.

use uuid::Uuid;

/// What became of a signatory's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Open,
    /// In the portal, or the party signed on paper.
    Signed,
    Declined,
    /// They are asked no more, and count no more.
    Withdrawn,
}

/// The place of one signatory. Whether they sign themselves or somebody on their behalf makes no difference here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: Uuid,
    pub party: Uuid,
    pub group: i64,
    pub mark: Mark,
    /// From this moment on they cannot sign, unless it is put off; in microseconds.
    pub expires_at: Option<i64>,
}

/// Where a place stands for who looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Those before have to sign first.
    Waits,
    /// It is their turn.
    Turn,
    /// It is their turn, but their time is over.
    Expired,
    Signed,
    Declined,
    Withdrawn,
    /// Others of the group were enough.
    NotNeeded,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub number: i64,
    /// So many are enough; none where all must sign.
    pub rule: Option<usize>,
    pub places: Vec<Place>,
}

impl Group {
    fn marked(&self, mark: Mark) -> usize {
        self.places.iter().filter(|place| place.mark == mark).count()
    }

    /// How many places count.
    pub fn size(&self) -> usize {
        self.places.len() - self.marked(Mark::Withdrawn)
    }

    /// How many signatures it takes.
    pub fn needed(&self) -> usize {
        self.rule.unwrap_or(self.size())
    }

    pub fn signed(&self) -> usize {
        self.marked(Mark::Signed)
    }

    /// Whether nobody of it has to sign any more. One of which everybody was withdrawn asks nothing of anybody.
    pub fn is_complete(&self) -> bool {
        self.size() == 0 || self.signed() >= self.needed()
    }

    /// Whether it can no longer become complete.
    pub fn is_lost(&self) -> bool {
        self.size() > 0 && self.signed() + self.marked(Mark::Open) < self.needed()
    }
}

/// Everybody who signs, group by group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub groups: Vec<Group>,
}

impl Plan {
    /// Puts places into their groups. Of a group without a rule all must sign.
    pub fn new(places: Vec<Place>, rules: &[(i64, Option<i64>)]) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for place in places {
            match groups.iter_mut().find(|group| group.number == place.group) {
                Some(group) => group.places.push(place),
                None => {
                    let rule = rules.iter().find(|(number, _)| *number == place.group).and_then(|(_, needed)| *needed);
                    let rule = rule.and_then(|needed| usize::try_from(needed).ok());
                    groups.push(Group { number: place.group, rule, places: vec![place] });
                }
            }
        }
        groups.sort_by_key(|group| group.number);
        Self { groups }
    }

    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.groups.iter().flat_map(|group| &group.places)
    }

    /// The group whose turn it is: the first that is not complete.
    pub fn turn(&self) -> Option<&Group> {
        self.groups.iter().find(|group| !group.is_complete())
    }

    /// Those who may sign now, but for those whose time is over.
    pub fn whose_turn(&self) -> impl Iterator<Item = &Place> {
        self.turn().into_iter().flat_map(|group| &group.places).filter(|place| place.mark == Mark::Open)
    }

    pub fn stand(&self, id: Uuid, now: i64) -> Option<Stand> {
        let group = self.groups.iter().find(|group| group.places.iter().any(|place| place.id == id))?;
        let place = group.places.iter().find(|place| place.id == id)?;
        Some(match place.mark {
            Mark::Signed => Stand::Signed,
            Mark::Declined => Stand::Declined,
            Mark::Withdrawn => Stand::Withdrawn,
            Mark::Open if group.is_complete() => Stand::NotNeeded,
            Mark::Open if self.turn().is_none_or(|turn| turn.number != group.number) => Stand::Waits,
            Mark::Open if place.expires_at.is_some_and(|at| at <= now) => Stand::Expired,
            Mark::Open => Stand::Turn,
        })
    }

    /// Whether nobody has to sign any more.
    pub fn is_complete(&self) -> bool {
        self.turn().is_none()
    }

    /// Whether so many declined that it can never be complete.
    pub fn is_lost(&self) -> bool {
        self.groups.iter().any(Group::is_lost)
    }

    /// Whether a party has signed: one of its signatories has, and none of the others has to.
    pub fn has_signed(&self, party: Uuid) -> bool {
        let mut signed = false;
        for group in &self.groups {
            for place in group.places.iter().filter(|place| place.party == party) {
                match place.mark {
                    Mark::Signed => signed = true,
                    Mark::Open | Mark::Declined if !group.is_complete() => return false,
                    Mark::Open | Mark::Declined | Mark::Withdrawn => {}
                }
            }
        }
        signed
    }

    /// Whether a party signs in any case when all groups become complete: in one of them the others alone are not enough.
    pub fn is_certain(&self, party: Uuid) -> bool {
        self.groups.iter().any(|group| {
            let counts = |place: &&Place| place.mark != Mark::Withdrawn && place.mark != Mark::Declined;
            let own = group.places.iter().filter(counts).filter(|place| place.party == party).count();
            let others = group.places.iter().filter(counts).count() - own;
            own > 0 && others < group.needed()
        })
    }

    /// The plan with another mark at a place, to see what would come of it.
    #[must_use]
    pub fn with(mut self, id: Uuid, mark: Mark) -> Self {
        let mut places = self.groups.iter_mut().flat_map(|group| &mut group.places);
        if let Some(place) = places.find(|place| place.id == id) {
            place.mark = mark;
        }
        self
    }
}

#[cfg(test)]
mod tests;
