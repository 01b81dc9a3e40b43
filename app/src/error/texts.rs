//! What a person reads of an error, in their language.

use super::{Error, FieldErrors, FileProblem, LineProblem, Problem, Refusal, Register, TableProblem, Weakness};
use crate::language::Texts;

impl Texts {
    /// What a person reads of all that is wrong with a field, a line for each problem; none where nothing is.
    pub fn problems(&self, errors: &FieldErrors, field: &str) -> Option<String> {
        let lines: Vec<String> = errors.all_of(field).map(|problem| self.problem(problem)).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// What a person reads of a field's problem.
    pub fn problem(&self, problem: &Problem) -> String {
        match *problem {
            Problem::Missing => self.problem_missing().to_owned(),
            Problem::NothingChosen => self.bulk_nothing_chosen().to_owned(),
            Problem::TooLong(max) => self.problem_too_long(max),
            Problem::OutOfRange(least, most) => self.privacy_out_of_range(least, most),
            Problem::NoName => self.problem_no_name().to_owned(),
            Problem::NoTitle => self.problem_no_title().to_owned(),
            Problem::NotAnEmail => self.problem_not_an_email().to_owned(),
            Problem::NotAWebAddress => self.problem_not_a_web_address().to_owned(),
            Problem::NotAnOption => self.problem_not_an_option().to_owned(),
            Problem::ControlCharacters => self.problem_control_characters().to_owned(),
            Problem::ChangedMeanwhile => self.problem_changed_meanwhile().to_owned(),
            Problem::Nobody(ref typed) => self.mention_nobody(typed),
            Problem::SeveralPeople(ref typed, ref names) => self.mention_several(typed, names.join(self.form_comma())),
            Problem::OnlyForDuplicates => self.enquiry_only_for_duplicates().to_owned(),
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
            Problem::NamedLine(line, ref typed, problem) => {
                self.problem_of_named_line(line, excerpt(typed), self.line_problem(problem))
            }
            Problem::BeforeTheMeeting => self.problem_of_before_the_meeting().to_owned(),
            Problem::LongAgo => self.problem_of_long_ago().to_owned(),
            Problem::TooMany(max) => self.problem_of_list_too_many(max),
            Problem::NotADate => self.problem_of_not_a_date().to_owned(),
            Problem::EndsBeforeItBegins => self.problem_of_order().to_owned(),
            Problem::NoCompany => self.problem_of_no_company().to_owned(),
            Problem::SeveralCompanies => self.problem_of_several_companies().to_owned(),
            Problem::NoRecord => self.links_no_record().to_owned(),
            Problem::SeveralRecords => self.links_several_records().to_owned(),
            Problem::SameCompany => self.problem_of_same_company().to_owned(),
            Problem::Doubled => self.problem_of_doubled().to_owned(),
            Problem::NotTheName => self.signing_not_the_name().to_owned(),
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

    fn table_problem(&self, problem: TableProblem) -> String {
        match problem {
            TableProblem::OpenQuote(line) => return self.imports_open_quote(line),
            TableProblem::NotATable => self.imports_not_a_table(),
            TableProblem::OldSpreadsheet => self.imports_old_spreadsheet(),
            TableProblem::Encrypted => self.imports_encrypted(),
            TableProblem::Encoding => self.imports_encoding(),
            TableProblem::TooManyRows => self.imports_too_many_rows(),
            TableProblem::TooManyColumns => self.imports_too_many_columns(),
            TableProblem::TooManySheets => self.imports_too_many_sheets(),
            TableProblem::TooMuchText => self.imports_too_much_text(),
            TableProblem::SheetTwice => self.imports_sheet_twice(),
            TableProblem::Bomb => self.file_problem_bomb(),
            TableProblem::Damaged => self.imports_damaged(),
            TableProblem::Empty => self.imports_empty(),
        }
        .to_owned()
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
                Refusal::Tied => self.archiving_tied(),
                Refusal::NoSuchMove => self.refusal_no_such_move(),
                Refusal::ProposalOpen => self.refusal_proposal_open(),
                Refusal::NothingChanged => self.refusal_nothing_changed(),
                Refusal::Agreement(hindrance) => self.agreement_hindrance(*hindrance),
                Refusal::TaskOver => self.task_over(),
                Refusal::EditOver => self.writing_edit_over(),
                Refusal::StillEditable => self.writing_still_editable(),
                Refusal::Removed => self.writing_removed_already(),
                Refusal::Table(problem) => return self.table_problem(*problem),
                Refusal::ProposalsOpen => self.duplicate_proposals_open(),
                Refusal::Merged => self.large_merged(),
                Refusal::MergedPerson => self.twin_merged_now(),
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

/// The beginning of what was typed.
fn excerpt(typed: &str) -> String {
    if typed.chars().count() <= 60 {
        return typed.to_owned();
    }
    format!("{}…", typed.chars().take(59).collect::<String>())
}
