//! What a saved view is.

/// How many one person can have.
pub const MOST: i64 = 30;
/// The longest name, in characters.
pub const LONGEST_NAME: u32 = 60;

/// As what companies are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    #[default]
    Table,
    Board,
}

impl Layout {
    pub fn code(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Board => "board",
        }
    }

    /// The layout with this code; what is none is a table.
    pub fn from_code(code: &str) -> Self {
        if code == Self::Board.code() { Self::Board } else { Self::Table }
    }
}
