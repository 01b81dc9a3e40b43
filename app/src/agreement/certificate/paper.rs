//! A record on A4 sheets, Chinese and English side by side: a heading, a QR code and tables whose rows may go on overleaf.
//! Its text can be read out, searched and copied: every line is tagged and in its reading order. No word of the trade.

use std::num::{NonZeroU16, NonZeroU32};

use fast_qr::{ECL, QRBuilder};
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};

use super::lines::Face;

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

/// The sheets as a PDF; none where krilla cannot make it, with the reason.
///
/// # Errors
/// What krilla says.
pub fn draw(paper: &Paper, face: &Face) -> Result<Vec<u8>, String> {
    let mut layout = Layout { face, sheets: Vec::new(), y: MARGIN, cells: 0, parts: Vec::new() };
    let beside = INNER - QR - GAP;
    layout.stack(&[(&paper.zh, TITLE, "zh-CN"), (&paper.en, SUBTITLE, "en")], beside, 1);
    let figure = layout.cell();
    layout.parts.push(Part::Figure(figure));
    layout.y = layout.y.max(MARGIN + QR - 10.0);
    for section in &paper.sections {
        layout.section(section);
    }
    let Layout { sheets, cells, parts, .. } = layout;

    let mut document = Document::new();
    let [year, month, day, hour, minute, second] = paper.made;
    let small = |number: u16| u8::try_from(number).unwrap_or_default();
    let made = DateTime::new(year)
        .month(small(month))
        .day(small(day))
        .hour(small(hour))
        .minute(small(minute))
        .second(small(second))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    document.set_metadata(
        Metadata::new()
            .title(paper.title.clone())
            .language("zh-CN".to_owned())
            .authors(vec![paper.author.clone()])
            .creation_date(made),
    );
    let mut found: Vec<Vec<Identifier>> = vec![Vec::new(); cells];
    let count = sheets.len();
    for (index, sheet) in sheets.into_iter().enumerate() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or("A4")?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        if !sheet.rules.is_empty() {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            for y in &sheet.rules {
                fill(&mut surface, LINE, &[(MARGIN, *y, INNER, 0.5)]);
            }
            surface.end_tagged();
        }
        for text in &sheet.texts {
            let language = Some(text.language).filter(|language| !language.is_empty());
            found[text.cell].push(surface.start_tagged(ContentTag::Span(SpanTag::empty().with_lang(language))));
            write(&mut surface, face, text.x, text.y, text.style, &text.text);
            surface.end_tagged();
        }
        if index == 0 {
            found[figure].push(surface.start_tagged(ContentTag::Other));
            qr(&mut surface, &paper.qr.text, WIDTH - MARGIN - QR, MARGIN - 8.0)?;
            surface.end_tagged();
        }
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        let number = format!("{} / {count}", index + 1);
        let foot = face.lines(&paper.foot, (INNER - 60.0) / SMALL.size).into_iter().next().unwrap_or_default();
        write(&mut surface, face, MARGIN, HEIGHT - 34.0, SMALL, &foot);
        let wide = face.width(&number) * SMALL.size;
        write(&mut surface, face, WIDTH - MARGIN - wide, HEIGHT - 34.0, SMALL, &number);
        surface.end_tagged();
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tree(parts, &mut found, &paper.qr.label));
    document.finish().map_err(|error| format!("{error:?}"))
}

/// What reads the document out, in its order.
fn tree(parts: Vec<Part>, found: &mut [Vec<Identifier>], label: &str) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some("zh-CN".to_owned()));
    let mut nodes = |cell: usize| std::mem::take(&mut found[cell]).into_iter().map(Node::from).collect::<Vec<_>>();
    for part in parts {
        match part {
            Part::Heading(level, cell) => {
                let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
                tree.push(TagGroup::with_children(Tag::Hn(level, None), nodes(cell)));
            }
            Part::Figure(cell) => {
                tree.push(TagGroup::with_children(Tag::Figure(Some(label.to_owned())), nodes(cell)));
            }
            Part::Table(rows) => {
                let mut table = TagGroup::new(Tag::Table);
                for cells in rows {
                    let mut row = TagGroup::new(Tag::TR);
                    let span = if cells.len() < 3 { NonZeroU32::new(2) } else { None };
                    for (place, cell) in cells.into_iter().enumerate() {
                        row.push(match place {
                            0 => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), nodes(cell)),
                            _ => TagGroup::with_children(Tag::TD.with_col_span(span), nodes(cell)),
                        });
                    }
                    table.push(row);
                }
                tree.push(table);
            }
        }
    }
    tree
}

fn paint(surface: &mut Surface<'_>, Ink(red, green, blue): Ink) {
    surface.set_fill(Some(Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }));
}

fn write(surface: &mut Surface<'_>, face: &Face, x: f32, y: f32, style: Style, text: &str) {
    paint(surface, style.ink);
    for run in face.runs(text) {
        let start = Point::from_xy(x + run.x * style.size, y);
        surface.draw_glyphs(start, &run.glyphs, run.font.clone(), run.text, style.size, false);
    }
}

/// Rectangles of one colour.
fn fill(surface: &mut Surface<'_>, ink: Ink, rectangles: &[(f32, f32, f32, f32)]) {
    let mut path = PathBuilder::new();
    for (x, y, width, height) in rectangles {
        if let Some(rectangle) = Rect::from_xywh(*x, *y, *width, *height) {
            path.push_rect(rectangle);
        }
    }
    if let Some(path) = path.finish() {
        paint(surface, ink);
        surface.draw_path(&path);
    }
}

/// A QR code of a text. Paper gets stains: a quarter of it may be lost.
fn qr(surface: &mut Surface<'_>, text: &str, x: f32, y: f32) -> Result<(), String> {
    let code = QRBuilder::new(text).ecl(ECL::Q).build().map_err(|error| error.to_string())?;
    // Four modules around it stay white.
    let module = QR / (code.size + 8) as f32;
    let at = |place: usize| (place + 4) as f32 * module;
    let mut dark = Vec::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let start = column;
            while column < code.size && code[row][column].value() {
                column += 1;
            }
            if column > start {
                dark.push((x + at(start), y + at(row), (column - start) as f32 * module, module));
            }
            column += 1;
        }
    }
    fill(surface, Ink(0, 0, 0), &dark);
    Ok(())
}
