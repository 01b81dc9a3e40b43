//! The sheets as a PDF: what stands on them is written, and tagged for who has it read out.

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

use super::super::lines::Face;
use super::{GAP, HEIGHT, INNER, Ink, LINE, Layout, MARGIN, Paper, Part, QR, SMALL, SUBTITLE, Style, TITLE, WIDTH};

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
