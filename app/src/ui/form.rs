//! Forms: fields with their labels, hints and errors, and what was typed kept.

use std::sync::Arc;

use leptos::prelude::*;

use super::icon::Icon;
use crate::backend::refused::RefusedPost;
use crate::error::{Error, FileProblem, LineProblem, Problem, Refusal, Register, TableProblem, Weakness};
use crate::language::Texts;

/// The field of a form's file: what is said of a file is said there.
pub const FILE: &str = "file";
/// Under what the name of a file is kept with a refused post.
pub const FILE_NAME: &str = "file_name";

fn is_about_file(error: &Error) -> bool {
    matches!(error, Error::Refused(Refusal::NoFile | Refusal::File(_) | Refusal::Table(_)))
}

/// What a form shows: the record's values, or after a refused post what was typed, and the problems.
#[derive(Clone)]
pub struct FormState {
    pub texts: &'static Texts,
    refused: Option<Arc<RefusedPost>>,
}

impl FormState {
    /// The state of the form that posts to `endpoint`.
    pub fn new(texts: &'static Texts, refused: Option<&Arc<RefusedPost>>, endpoint: &str) -> Self {
        Self { texts, refused: refused.filter(|post| post.endpoint == endpoint).cloned() }
    }

    pub fn value(&self, name: &str, stored: &str) -> String {
        match &self.refused {
            Some(post) => post.value(name).unwrap_or_default().to_owned(),
            None => stored.to_owned(),
        }
    }

    pub fn values(&self, name: &str, stored: Vec<String>) -> Vec<String> {
        match &self.refused {
            Some(post) => post.values(name).flat_map(str::split_whitespace).map(str::to_owned).collect(),
            None => stored,
        }
    }

    pub fn problem(&self, name: &str) -> Option<String> {
        let post = self.refused.as_ref()?;
        if name == FILE && is_about_file(&post.error) {
            return Some(self.file_refused(&post.error));
        }
        post.problem(name).map(|problem| self.texts.problem(problem))
    }

    /// Why a file is not taken, after its name: who sent it no longer sees it in the form, which comes back without it.
    fn file_refused(&self, error: &Error) -> String {
        let reason = self.texts.error(error);
        match self.value(FILE_NAME, "") {
            name if name.is_empty() => reason,
            name => self.texts.document_refused(name, reason),
        }
    }

    pub fn error(&self) -> Option<&Error> {
        self.refused.as_ref().map(|post| &post.error)
    }
}

impl Texts {
    /// What a person reads of a field's problem.
    pub fn problem(&self, problem: Problem) -> String {
        match problem {
            Problem::Missing => self.problem_missing().to_owned(),
            Problem::TooLong(max) => self.problem_too_long(max),
            Problem::OutOfRange(least, most) => self.privacy_out_of_range(least, most),
            Problem::NoName => self.problem_no_name().to_owned(),
            Problem::NotAnEmail => self.problem_not_an_email().to_owned(),
            Problem::NotAWebAddress => self.problem_not_a_web_address().to_owned(),
            Problem::NotAnOption => self.problem_not_an_option().to_owned(),
            Problem::ControlCharacters => self.problem_control_characters().to_owned(),
            Problem::ChangedMeanwhile => self.problem_changed_meanwhile().to_owned(),
            Problem::Unknown => self.problem_unknown().to_owned(),
            Problem::WrongSpan => self.enquiry_problem_wrong_span().to_owned(),
            Problem::NotATime => self.enquiry_problem_not_a_time().to_owned(),
            Problem::NotAnHourCount => self.enquiry_problem_not_an_hour_count().to_owned(),
            Problem::InThePast => self.enquiry_problem_in_the_past().to_owned(),
            Problem::InTheFuture => self.enquiry_problem_in_the_future().to_owned(),
            Problem::NotAPhoneNumber => self.enquiry_problem_not_a_phone_number().to_owned(),
            Problem::NoContact => self.enquiry_problem_no_contact().to_owned(),
            Problem::AbsentAlready => self.enquiry_problem_absent_already().to_owned(),
            Problem::DeputyOfOneself => self.enquiry_problem_deputy_of_oneself().to_owned(),
            Problem::DeputiesInACircle => self.enquiry_problem_deputies_in_a_circle().to_owned(),
            Problem::NoSuchCompany => self.enquiry_problem_no_such_company().to_owned(),
            Problem::NoSuchEnquiry => self.enquiry_problem_no_such_enquiry().to_owned(),
            Problem::Line(line, problem) => self.problem_of_line(line, self.line_problem(problem)),
            Problem::TooMany(max) => self.problem_of_list_too_many(max),
            Problem::NotADate => self.problem_of_not_a_date().to_owned(),
            Problem::EndsBeforeItBegins => self.problem_of_order().to_owned(),
            Problem::NoCompany => self.problem_of_no_company().to_owned(),
            Problem::SeveralCompanies => self.problem_of_several_companies().to_owned(),
            Problem::NoRecord => self.links_no_record().to_owned(),
            Problem::SeveralRecords => self.links_several_records().to_owned(),
            Problem::SameCompany => self.problem_of_same_company().to_owned(),
            Problem::Doubled => self.problem_of_doubled().to_owned(),
            Problem::NameDoubled => self.views_name_doubled().to_owned(),
            Problem::Cycle => self.problem_of_cycle().to_owned(),
            Problem::Taken => self.problem_of_taken().to_owned(),
            Problem::LooksAlike => self.duplicate_looks_alike().to_owned(),
            Problem::NoReason => self.problem_of_no_reason().to_owned(),
            Problem::WrongCode => self.security_wrong_code().to_owned(),
            Problem::WrongPassword => self.security_wrong_password().to_owned(),
            Problem::Unchanged => self.security_unchanged().to_owned(),
            Problem::TooShort(min) => self.weak_too_short(min),
            Problem::Weak(weakness) => self.weakness(weakness).to_owned(),
            Problem::MixedScripts => self.joining_problem_mixed_scripts().to_owned(),
            Problem::NotLatin => self.joining_problem_not_latin().to_owned(),
            Problem::HasAccount => self.joining_problem_has_account().to_owned(),
            Problem::HasOtherRole => self.joining_problem_has_other_role().to_owned(),
            Problem::AlreadyInvited => self.joining_problem_already_invited().to_owned(),
            Problem::AlreadyActs => self.joining_problem_already_acts().to_owned(),
            Problem::ColumnTwice => self.imports_problem_column_twice().to_owned(),
            Problem::NoKeyColumn => self.imports_problem_no_key_column().to_owned(),
            Problem::WhichIsTheDay => self.imports_problem_which_is_the_day().to_owned(),
        }
    }

    fn line_problem(&self, problem: LineProblem) -> String {
        match problem {
            LineProblem::TooLong(max) => self.problem_too_long(max),
            LineProblem::ControlCharacters => self.problem_control_characters().to_owned(),
            LineProblem::NotAWebAddress => self.problem_not_a_web_address().to_owned(),
            LineProblem::NotADomain => self.problem_of_not_a_domain().to_owned(),
            LineProblem::PublicDomain => self.problem_of_public_domain().to_owned(),
            LineProblem::NoRegister => self.problem_of_no_register().to_owned(),
            LineProblem::NoCompany => self.problem_of_no_company().to_owned(),
            LineProblem::SeveralCompanies => self.problem_of_several_companies().to_owned(),
            LineProblem::Doubled => self.agreement_cannot_party_already().to_owned(),
            LineProblem::NotANumberOf(register) => match register {
                Register::Uscc => self.problem_of_uscc(),
                Register::Cvr => self.problem_of_cvr(),
                Register::Vat => self.problem_of_vat(),
                Register::Lei => self.problem_of_lei(),
                Register::Hrb | Register::Other => self.problem_of_number(),
            }
            .to_owned(),
        }
    }

    /// Why a password is guessed easily, and what to do about it.
    pub fn weakness(&self, weakness: Weakness) -> &'static str {
        match weakness {
            Weakness::Common => self.weak_common(),
            Weakness::Word => self.weak_word(),
            Weakness::Known => self.weak_known(),
            Weakness::Keyboard => self.weak_keyboard(),
            Weakness::Repeats => self.weak_repeats(),
            Weakness::Sequence => self.weak_sequence(),
            Weakness::Date => self.weak_date(),
            Weakness::Guessable => self.weak_guessable(),
        }
    }

    fn table_problem(&self, problem: TableProblem) -> &'static str {
        match problem {
            TableProblem::NotATable => self.imports_not_a_table(),
            TableProblem::OldSpreadsheet => self.imports_old_spreadsheet(),
            TableProblem::Encrypted => self.imports_encrypted(),
            TableProblem::Encoding => self.imports_encoding(),
            TableProblem::TooManyRows => self.imports_too_many_rows(),
            TableProblem::TooManyColumns => self.imports_too_many_columns(),
            TableProblem::Bomb => self.file_problem_bomb(),
            TableProblem::Damaged => self.imports_damaged(),
            TableProblem::Empty => self.imports_empty(),
        }
    }

    /// What a person reads of a file that is not taken, or not given.
    pub fn file_problem(&self, problem: FileProblem) -> &'static str {
        match problem {
            FileProblem::Empty => self.file_problem_empty(),
            FileProblem::TooLarge => self.file_problem_too_large(),
            FileProblem::NotAllowed => self.file_problem_not_allowed(),
            FileProblem::WrongExtension => self.file_problem_wrong_extension(),
            FileProblem::Polyglot => self.file_problem_polyglot(),
            FileProblem::NotUtf8 => self.file_problem_not_utf8(),
            FileProblem::Markup => self.file_problem_markup(),
            FileProblem::Damaged => self.file_problem_damaged(),
            FileProblem::Bomb => self.file_problem_bomb(),
            FileProblem::Macros => self.file_problem_macros(),
            FileProblem::Encrypted => self.file_problem_encrypted(),
            FileProblem::UnsafePaths => self.file_problem_unsafe_paths(),
            FileProblem::PictureTooLarge => self.file_problem_picture_too_large(),
            FileProblem::Infected => self.file_problem_infected(),
            FileProblem::Unchecked => self.file_problem_unchecked(),
            FileProblem::Incomplete => self.file_problem_incomplete(),
        }
    }

    /// What a person reads of an error that is not about one field.
    pub fn error(&self, error: &Error) -> String {
        match error {
            Error::Invalid(_) => self.error_invalid().to_owned(),
            Error::Refused(reason) => match reason {
                Refusal::Malformed => self.error_malformed(),
                Refusal::WrongCredentials => self.error_wrong_credentials(),
                Refusal::ForeignOrigin => self.error_foreign_origin(),
                Refusal::TooLarge => self.error_too_large(),
                Refusal::NoFile => self.error_no_file(),
                Refusal::NotATable => self.error_not_a_table(),
                Refusal::NotEma => self.error_not_ema(),
                Refusal::EmptyTable => self.error_empty_table(),
                Refusal::Truncated => self.error_truncated(),
                Refusal::WrongEncoding => self.error_wrong_encoding(),
                Refusal::Damaged => self.error_damaged(),
                Refusal::LooksOnly => self.error_looks_only(),
                Refusal::DeadLink => self.error_dead_link(),
                Refusal::Suspended => self.joining_problem_suspended(),
                Refusal::OtherRole => self.joining_problem_other_role(),
                Refusal::NotInvited => self.joining_problem_not_invited(),
                Refusal::StepOver => self.security_second_over(),
                Refusal::PasskeyRefused => self.security_passkey_refused(),
                Refusal::NoPasskeys => self.security_passkeys_none(),
                Refusal::TooManyPasskeys => self.security_passkeys_many(),
                Refusal::NoFactor => self.security_codes_without(),
                Refusal::FactorRequired => self.security_factor_required(),
                Refusal::NoFactorYourself => self.security_admin_own_first(),
                Refusal::ImportRunning => self.error_import_running(),
                Refusal::LastAdministrator => self.affiliation_last_administrator(),
                Refusal::OwnRights => self.affiliation_own_rights(),
                Refusal::StillActs => self.affiliation_still_acts(),
                Refusal::ActsAlready => self.affiliation_acts_already(),
                Refusal::NoCompany => self.affiliation_no_company(),
                Refusal::LastOfPortal => self.users_last_administrator(),
                Refusal::Oneself => self.users_oneself(),
                Refusal::NotLookedAs => self.looking_not_as(),
                Refusal::File(problem) => self.file_problem(*problem),
                Refusal::NotNow => self.enquiry_problem_not_now(),
                Refusal::NotByHand => self.enquiry_problem_not_by_hand(),
                Refusal::Archived => self.refusal_archived(),
                Refusal::NoSuchMove => self.refusal_no_such_move(),
                Refusal::ProposalOpen => self.refusal_proposal_open(),
                Refusal::NothingChanged => self.refusal_nothing_changed(),
                Refusal::Agreement(hindrance) => self.agreement_hindrance(*hindrance),
                Refusal::TaskOver => self.task_over(),
                Refusal::EditOver => self.writing_edit_over(),
                Refusal::StillEditable => self.writing_still_editable(),
                Refusal::Removed => self.writing_removed_already(),
                Refusal::Table(problem) => self.table_problem(*problem),
                Refusal::ProposalsOpen => self.duplicate_proposals_open(),
                Refusal::Merged => self.large_merged(),
                Refusal::NotUndoable => self.duplicate_not_undoable(),
                Refusal::MergeMakesCircle => self.duplicate_circle(),
            }
            .to_owned(),
            Error::Forbidden => self.error_forbidden().to_owned(),
            Error::NotFound => self.error_not_found().to_owned(),
            Error::Conflict => self.error_conflict().to_owned(),
            Error::SignedOut => self.error_signed_out().to_owned(),
            Error::Unconfirmed => self.error_unconfirmed().to_owned(),
            Error::NeedsFactor => self.error_needs_factor().to_owned(),
            Error::TooMany(seconds) => self.error_too_many(*seconds),
            Error::Unavailable => self.error_unavailable().to_owned(),
            Error::Internal => self.error_internal().to_owned(),
        }
    }
}

/// The summary of a refused form: what is wrong, with a link to each field.
#[component]
pub fn ErrorSummary(
    form: FormState,
    /// The fields' labels, by name.
    labels: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    form.error().cloned().map(|error| {
        // Only a form that has a field for a file can mark it there.
        let tied = is_about_file(&error) && labels.iter().any(|(name, _)| *name == FILE);
        let head = if tied { form.texts.error_invalid().to_owned() } else { form.texts.error(&error) };
        let links: Vec<(&str, String)> = match &error {
            Error::Invalid(errors) => errors
                .0
                .iter()
                .map(|(field, problem)| {
                    let label = labels.iter().find(|(name, _)| name == field).map_or("", |(_, label)| *label);
                    let text = format!("{label}{}{}", form.texts.form_colon(), form.texts.problem(*problem));
                    (field.as_str(), text)
                })
                .collect(),
            error if tied => vec![(FILE, form.file_refused(error))],
            _ => Vec::new(),
        };
        let link = |(field, text): (&str, String)| view! { <li><a href=format!("#{field}")>{text}</a></li> };
        let links = links.into_iter().map(link).collect_view();
        let links = (!links.is_empty()).then(|| view! { <ul>{links}</ul> });
        view! { <div class="error-summary" role="alert" tabindex="-1"><h2>{head}</h2>{links}</div> }
    })
}

/// What was typed beside what somebody else saved meanwhile, field by field.
#[component]
pub fn TypedAndStored(
    said: &'static str,
    /// Who saved it, and when.
    who: Option<AnyView>,
    /// Label, what was typed, what stands there now.
    rows: Vec<(&'static str, String, String)>,
    texts: &'static Texts,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|(label, mine, theirs)| {
            view! { <tr><th scope="row">{label}</th><td class="lines">{mine}</td><td class="lines">{theirs}</td></tr> }
        })
        .collect_view();
    view! {
        <div class="notice attention" role="alert">
            <Icon name="alert-triangle" />
            <p>{said}</p>
            {who}
            <table class="changes">
                <thead><tr>
                    <th scope="col">{texts.journal_field()}</th><th scope="col">{texts.conflict_yours()}</th>
                    <th scope="col">{texts.conflict_somebody()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The id of what the form makes, see [`crate::backend::context::Ctx::id_of_form`].
#[component]
pub fn FormId(form: FormState) -> impl IntoView {
    let id = form.value("form_id", &crate::backend::clock::new_id().to_string());
    view! { <input type="hidden" name="form_id" value=id /> }
}

/// The frame of one field: label, hint, error, and the control within.
#[component]
fn Field(
    name: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    optional: bool,
    problem: Option<String>,
    texts: &'static Texts,
    children: Children,
) -> impl IntoView {
    let hidden = problem.is_none();
    view! {
        <div class=if hidden { "field" } else { "field invalid" }>
            <label for=name>{label}{optional.then(|| view! { " "<span class="optional">{texts.form_optional()}</span> })}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <p class="error" id=format!("{name}-error") hidden=hidden>
                <Icon name="alert-triangle" /><span>{problem}</span>
            </p>
            {children()}
        </div>
    }
}

fn described_by(name: &str, hint: Option<&str>) -> String {
    if hint.is_some() { format!("{name}-hint {name}-error") } else { format!("{name}-error") }
}

/// One line of text.
#[component]
pub fn TextField(
    form: FormState,
    name: &'static str,
    label: &'static str,
    #[prop(into)] value: String,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] optional: bool,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] lang: Option<&'static str>,
    /// The id of a `<datalist>` with what can be typed.
    #[prop(optional)]
    list: Option<&'static str>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let problem = form.problem(name);
    let invalid = problem.is_some().then_some("true");
    let value = if kind == "password" { String::new() } else { form.value(name, &value) };
    view! {
        <Field name=name label=label hint=hint optional=optional problem=problem texts=form.texts>
            <input type=kind id=name name=name value=value lang=lang list=list autocomplete=autocomplete autofocus=autofocus
                aria-invalid=invalid aria-describedby=described_by(name, hint) />
        </Field>
    }
}

/// A file to be sent along. After a refusal it is to be chosen again: no page can fill it in.
#[component]
pub fn FileField(
    form: FormState,
    label: &'static str,
    hint: &'static str,
    /// The endings that the browser offers.
    accept: &'static str,
) -> impl IntoView {
    let problem = form.problem(FILE);
    let invalid = problem.is_some().then_some("true");
    view! {
        <Field name=FILE label=label hint=Some(hint) optional=false problem=problem texts=form.texts>
            <input type="file" id=FILE name=FILE required accept=accept aria-invalid=invalid
                aria-describedby=described_by(FILE, Some(hint)) />
        </Field>
    }
}

/// Several lines of text.
///
/// The text is escaped here: Leptos 0.8 renders the children of a text area unescaped, which would run what was typed.
#[component]
pub fn TextArea(
    form: FormState,
    name: &'static str,
    label: &'static str,
    #[prop(into)] value: String,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] optional: bool,
    #[prop(default = 5)] rows: u8,
) -> impl IntoView {
    let problem = form.problem(name);
    let invalid = problem.is_some().then_some("true");
    // A line feed right after the tag is dropped by HTML; this one is there to be dropped.
    let escaped = format!("\n{}", html_escape::encode_text(&form.value(name, &value)));
    view! {
        <Field name=name label=label hint=hint optional=optional problem=problem texts=form.texts>
            <textarea id=name name=name rows=rows.to_string() aria-invalid=invalid aria-describedby=described_by(name, hint)
                inner_html=escaped></textarea>
        </Field>
    }
}

/// One of several options.
#[component]
pub fn SelectField(
    form: FormState,
    name: &'static str,
    label: &'static str,
    /// Values and texts.
    options: Vec<(String, String)>,
    #[prop(into)] value: String,
    /// The text of choosing nothing, where that is allowed.
    #[prop(optional)]
    nothing: Option<&'static str>,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let problem = form.problem(name);
    let invalid = problem.is_some().then_some("true");
    let chosen = form.value(name, &value);
    let options = options
        .into_iter()
        .map(|(value, text)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect_view();
    view! {
        <Field name=name label=label hint=hint optional=optional problem=problem texts=form.texts>
            <select id=name name=name aria-invalid=invalid aria-describedby=described_by(name, hint)>
                {nothing.map(|text| view! { <option value="">{text}</option> })}
                {options}
            </select>
        </Field>
    }
}

/// A thing that is so or is not.
#[component]
pub fn CheckField(form: FormState, name: &'static str, label: &'static str) -> impl IntoView {
    let checked = !form.value(name, "").is_empty();
    view! {
        <div class="field">
            <label class="choice"><input type="checkbox" id=name name=name value="yes" checked=checked />" "{label}</label>
        </div>
    }
}

/// Any number of several options. Its problems are under `name`, its values posted as `name[]`.
#[component]
pub fn CheckList(
    form: FormState,
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    values: Vec<String>,
    #[prop(optional)] hint: Option<&'static str>,
) -> impl IntoView {
    let problem = form.problem(name);
    let field = format!("{name}[]");
    let chosen = form.values(&field, values);
    let choices = options
        .into_iter()
        .map(|(value, text)| {
            let checked = chosen.contains(&value);
            view! {
                <label class="choice"><input type="checkbox" name=field.clone() value=value checked=checked />" "{text}</label>
            }
        })
        .collect_view();
    let hidden = problem.is_none();
    view! {
        <fieldset class=if hidden { "field" } else { "field invalid" } id=name tabindex="-1"
            aria-describedby=described_by(name, hint)>
            <legend>{label}</legend>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <p class="error" id=format!("{name}-error") hidden=hidden>
                <Icon name="alert-triangle" /><span>{problem}</span>
            </p>
            <div class="choices">{choices}</div>
        </fieldset>
    }
}
