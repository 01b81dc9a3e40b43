//! A record on A4 sheets, Chinese and English side by side: a heading, a QR code and tables whose rows may go on overleaf.
//! Its text can be read out, searched and copied: every line is tagged and in its reading order. No word of the trade.

mod drawing;

use super::lines::Face;

pub use self::drawing::draw;

/// What stands on the sheets.
#[derive(Clone, Debug, Default)]
pub struct Paper {
    pub zh: String,
    pub en: String,
    /// The name of the record among a reader's files.
    pub title: String,
    /// Who made it.
    pub author: String,
    /// Year, month, day, hour, minute, second; UTC.
    pub made: [u16; 6],
    /// At the foot of each sheet.
    pub foot: String,
    pub qr: Qr,
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, Default)]
pub struct Qr {
    pub text: String,
    /// What it is, for who does not see it.
    pub label: String,
}

#[derive(Clone, Debug, Default)]
pub struct Section {
    pub zh: String,
    pub en: String,
    pub rows: Vec<Row>,
}

/// What it is about at the left, then the same in Chinese and English. What is equal in both stands there once.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub lead: Vec<String>,
    pub zh: String,
    pub en: String,
    /// Smaller, below both.
    pub under: Vec<String>,
}

// All measures are in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 48.0;
/// Where the text of a sheet ends.
const BOTTOM: f32 = HEIGHT - 60.0;
const LEAD: f32 = 110.0;
const GAP: f32 = 14.0;
const QR: f32 = 92.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
const COLUMN: f32 = (INNER - LEAD - 2.0 * GAP) / 2.0;

const INK: Ink = Ink(24, 28, 27);
const GREY: Ink = Ink(92, 99, 97);
const GREEN: Ink = Ink(10, 92, 84);
const LINE: Ink = Ink(205, 211, 208);

#[derive(Clone, Copy)]
struct Ink(u8, u8, u8);

#[derive(Clone, Copy)]
struct Style {
    size: f32,
    /// From one line to the next.
    line: f32,
    ink: Ink,
}

const TITLE: Style = Style { size: 19.0, line: 27.0, ink: INK };
const SUBTITLE: Style = Style { size: 12.0, line: 17.0, ink: GREY };
const HEADING: Style = Style { size: 11.0, line: 16.0, ink: GREEN };
const LABEL: Style = Style { size: 7.5, line: 12.0, ink: GREY };
const BODY: Style = Style { size: 9.0, line: 13.5, ink: INK };
const SMALL: Style = Style { size: 7.5, line: 11.0, ink: GREY };

/// A line of text on a sheet.
struct Text {
    x: f32,
    y: f32,
    style: Style,
    text: String,
    language: &'static str,
    /// The part of the document that it belongs to.
    cell: usize,
}

#[derive(Default)]
struct Sheet {
    texts: Vec<Text>,
    rules: Vec<f32>,
}

/// The parts of the document in their reading order.
enum Part {
    Heading(u16, usize),
    Table(Vec<Vec<usize>>),
    Figure(usize),
}

struct Layout<'a> {
    face: &'a Face,
    sheets: Vec<Sheet>,
    y: f32,
    cells: usize,
    parts: Vec<Part>,
}

/// A column of a row: its lines, and where it begins.
struct Column {
    x: f32,
    language: &'static str,
    lines: Vec<String>,
    cell: usize,
}

impl Layout<'_> {
    fn cell(&mut self) -> usize {
        self.cells += 1;
        self.cells - 1
    }

    fn new_sheet(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = MARGIN;
    }

    fn sheet(&mut self) -> &mut Sheet {
        if self.sheets.is_empty() {
            self.new_sheet();
        }
        let last = self.sheets.len() - 1;
        &mut self.sheets[last]
    }

    fn lines(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        if text.is_empty() { Vec::new() } else { self.face.lines(text, width / style.size) }
    }

    /// Puts a line of text below a height.
    fn at(&mut self, top: f32, x: f32, style: Style, language: &'static str, text: String, cell: usize) {
        let y = top + style.size;
        self.sheet().texts.push(Text { x, y, style, text, language, cell });
    }

    /// One text below the other, over a width.
    fn stack(&mut self, texts: &[(&str, Style, &'static str)], width: f32, level: u16) {
        let cell = self.cell();
        for (text, style, language) in texts {
            for line in self.lines(text, *style, width) {
                self.at(self.y, MARGIN, *style, language, line, cell);
                self.y += style.line;
            }
        }
        self.parts.push(Part::Heading(level, cell));
    }

    fn section(&mut self, section: &Section) {
        self.y += 14.0;
        // A heading never stands alone at the end of a sheet.
        if self.y + HEADING.line + 60.0 > BOTTOM {
            self.new_sheet();
        }
        let heading = format!("{}  {}", section.zh, section.en);
        self.stack(&[(&heading, HEADING, "zh-CN")], INNER, 2);
        self.y += 2.0;
        let mut rows = Vec::new();
        for row in &section.rows {
            let cells = self.row(row);
            rows.push(cells);
        }
        self.parts.push(Part::Table(rows));
    }

    fn row(&mut self, row: &Row) -> Vec<usize> {
        let (zh, en) = (MARGIN + LEAD + GAP, MARGIN + LEAD + GAP + COLUMN + GAP);
        let wide = COLUMN * 2.0 + GAP;
        let (first, body) = (self.cell(), self.cell());
        let lead: Vec<String> = row.lead.iter().flat_map(|text| self.lines(text, LABEL, LEAD)).collect();
        let mut columns = Vec::new();
        if row.zh == row.en {
            columns.push(Column { x: zh, language: "", lines: self.lines(&row.zh, BODY, wide), cell: body });
        } else {
            columns.push(Column { x: zh, language: "zh-CN", lines: self.lines(&row.zh, BODY, COLUMN), cell: body });
            let (lines, cell) = (self.lines(&row.en, BODY, COLUMN), self.cell());
            columns.push(Column { x: en, language: "en", lines, cell });
        }
        let bands = columns.iter().map(|column| column.lines.len()).max().unwrap_or(0);
        let under: Vec<String> = row.under.iter().flat_map(|text| self.lines(text, SMALL, wide)).collect();
        let beside = lead.len() as f32 * LABEL.line;
        let all = beside.max(bands as f32 * BODY.line + under.len() as f32 * SMALL.line) + 9.0;
        // A row that fits onto a sheet is not torn, nor what stands at its left.
        if self.y + all > BOTTOM && (all < BOTTOM - MARGIN || self.y + beside + 9.0 > BOTTOM) {
            self.new_sheet();
        }
        let (sheet, top) = (self.sheets.len(), self.y);
        self.sheet().rules.push(top);
        for (place, line) in lead.into_iter().enumerate() {
            self.at(top + 5.0 + place as f32 * LABEL.line, MARGIN, LABEL, "zh-CN", line, first);
        }
        self.y = top + 4.0;
        for band in 0..bands {
            if self.y + BODY.line > BOTTOM {
                self.new_sheet();
            }
            for column in &columns {
                if let Some(line) = column.lines.get(band) {
                    self.at(self.y, column.x, BODY, column.language, line.clone(), column.cell);
                }
            }
            self.y += BODY.line;
        }
        for line in under {
            if self.y + SMALL.line > BOTTOM {
                self.new_sheet();
            }
            self.at(self.y, zh, SMALL, "", line, body);
            self.y += SMALL.line;
        }
        if self.sheets.len() == sheet.max(1) {
            self.y = self.y.max(top + 4.0 + beside);
        }
        self.y += 5.0;
        let rest = columns.into_iter().map(|column| column.cell);
        std::iter::once(first).chain(rest).collect()
    }
}
