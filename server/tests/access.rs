//! Every page and every server function, as every role. A new one without an expectation fails here.

mod world;

use app::actor::{Rights, Role};
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::Portal;

pub use self::world::{World, world};
use Role::{Administrator, Executive, Expert, Representative, Staff};

both!(
    every_page_as_every_role,
    every_function_as_every_role,
    every_function_with_every_right,
    nothing_changes_by_get_or_from_elsewhere,
);

/// What the route table has that is no page: what only files and functions are sent to, and the files that a guest who is to
/// sign has come in for (signing.rs).
const NO_PAGES: &[&str] = &[
    "/api/{*function}",
    "/companies/{id}/documents",
    "/agreements/{id}/documents",
    "/agreements/{id}/texts",
    "/agreements/{id}/obligations/{n}/documents",
    "/sign/{token}/files/{document}",
];

#[test]
fn every_page_of_the_route_table_is_asked_for() {
    // The table tells its paths to nobody but who debugs it.
    let table = format!("{:?}", app::routes::routes());
    let mut routed: Vec<&str> =
        table.split('"').filter(|part| part.starts_with('/') && !part.contains("__private")).collect();
    routed.retain(|path| !path.contains("fallback"));
    routed.sort_unstable();
    routed.dedup();
    let mut known: Vec<&str> = app::routes::PAGES.iter().chain(NO_PAGES).copied().collect();
    known.sort_unstable();
    assert_eq!(routed, known, "PAGES and the route table differ");
}

const EVERYBODY: &[Role] = &[Administrator, Staff, Executive, Expert, Representative];
const WRITERS: &[Role] = &[Administrator, Staff];
const NOT_EXPERTS: &[Role] = &[Administrator, Staff, Executive, Representative];
const EXPORTERS: &[Role] = &[Administrator, Staff, Executive];

/// Who may open a page. Signed out, all but the public ones lead to the sign-in.
fn readers(page: &str) -> &'static [Role] {
    match page {
        page if PUBLIC.contains(&page) => EVERYBODY,
        "/joining" | "/joining/{id}" | "/companies/{id}/invitations" => WRITERS,
        "/admin/invitations" => &[Administrator],
        "/notifications" | "/account/notifications" | "/unsubscribe/{token}" => EVERYBODY,
        "/privacy" | "/account/privacy" | "/account/data" => EVERYBODY,
        "/admin/erasures" | "/admin/erasures/{id}" | "/admin/retention" => &[Administrator],
        "/" | "/sign-in" | "/today" | "/companies" | "/companies/{id}" | "/products" | "/products/{id}" | "/search" => {
            EVERYBODY
        }
        "/enquire" | "/enquire/sent" | "/calendar/{token}" => EVERYBODY,
        "/enquiries" | "/enquiries.csv" | "/enquiries/{id}" => EXPORTERS,
        "/agreements"
        | "/agreements.csv"
        | "/agreements/board"
        | "/agreements/calendar"
        | "/account/calendar"
        | "/agreements/{id}" => NOT_EXPERTS,
        "/agreements/{id}/certificate.json" => NOT_EXPERTS,
        "/agreements/new" | "/agreements/{id}/edit" | "/agreements/{id}/suggestions" => WRITERS,
        "/agreements/{id}/sign" => NOT_EXPERTS,
        "/obligations" | "/obligations.csv" | "/obligations/board" => NOT_EXPERTS,
        "/agreements/{id}/matrix" | "/agreements/{id}/obligations/{n}" => NOT_EXPERTS,
        "/agreements/{id}/obligations/new" | "/agreements/{id}/obligations/{n}/edit" => WRITERS,
        "/enquiries/new" | "/account/absence" => WRITERS,
        "/interactions" | "/interactions.csv" | "/interactions/{id}" | "/tasks" | "/tasks/{id}" => EXPORTERS,
        "/interactions/new" | "/interactions/{id}/edit" | "/tasks/new" | "/tasks/{id}/edit" => WRITERS,
        "/companies/duplicates" | "/companies/merges" | "/companies/{id}/merge/{other}" => WRITERS,
        "/admin/calendar" => &[Administrator],
        "/imports"
        | "/imports/new"
        | "/imports/{id}/mapping"
        | "/imports/{id}/preview"
        | "/imports/{id}/rejected.csv"
        | "/imports/{id}/rejected.xlsx" => WRITERS,
        "/companies.xlsx" | "/people.xlsx" => EXPORTERS,
        "/companies.csv" | "/products.csv" | "/people.csv" => EXPORTERS,
        "/people" | "/people/{id}" => NOT_EXPERTS,
        "/people/merges" | "/people/{id}/merge/{other}" => WRITERS,
        "/people/new" | "/people/{id}/edit" | "/people/{id}/positions/new" | "/companies/{id}/relations/new" => WRITERS,
        "/companies/{id}/messages" | "/companies/{id}/messages/{thread}" => NOT_EXPERTS,
        "/companies/{id}/notes" | "/companies/{id}/briefing" => EXPORTERS,
        "/companies/{id}/propose" => &[Representative],
        "/companies/{id}/proposals/{proposal}" => NOT_EXPERTS,
        "/companies/suggestions" | "/companies/{id}/archive" => WRITERS,
        "/companies/new" | "/companies/{id}/edit" | "/products/import" | "/products/imports/{id}" => WRITERS,
        "/admin" | "/admin/jobs" | "/admin/journal" | "/admin/mail" | "/admin/mail/{id}" | "/admin/access" => {
            &[Administrator]
        }
        // The world's person acts for a company.
        "/admin/people" | "/admin/people/{id}" => WRITERS,
        "/companies/{id}/representatives" => &[Administrator, Staff, Executive, Representative],
        "/companies/{id}/representatives/{account}" => WRITERS,
        "/account/companies" => &[Representative],
        "/mailbox/{token}" => EVERYBODY,
        "/account"
        | "/account/address"
        | "/account/address/{token}"
        | "/account/confirm"
        | "/account/password"
        | "/account/second-factor"
        | "/account/security"
        | "/account/security/authenticator"
        | "/account/security/codes"
        | "/account/security/passkeys"
        | "/sign-in/second" => EVERYBODY,
        "/admin/security" | "/admin/stalled" => &[Administrator],
        "/companies/board" | "/companies/views" | "/companies/views/new" => EXPORTERS,
        // The world's view is shared, and its bulk edit was made.
        "/companies/views/{id}" | "/companies/bulk/{id}" => EXPORTERS,
        // The world's document is for the zone and the company.
        "/documents/{id}" => NOT_EXPERTS,
        other => panic!("nobody has said who may open {other}"),
    }
}

/// Pages of one person alone: to whomever else may know of the record there is no such page.
const OF_ONE: &[&str] = &["/agreements/{id}/sign"];

/// Pages that are open to who is not signed in.
const PUBLIC: &[&str] = &[
    "/",
    "/sign-in",
    "/sign-in/second",
    "/account/address/{token}",
    "/join",
    "/join/sent",
    "/join/confirm/{token}",
    "/join/confirmed",
    "/invitation/{token}",
    "/password",
    "/password/sent",
    "/password/{token}",
    "/mailbox/{token}",
    "/privacy",
    "/enquire",
    "/enquire/sent",
    "/verify",
    "/verify/key",
    "/verify/{code}",
    "/unsubscribe/{token}",
    "/sign/{token}",
    "/calendar/{token}",
];

/// With which rights at least a representative may call a function; `None` where none may.
fn least(function: &str) -> Option<Rights> {
    match function {
        "/api/account/act-for" | "/api/account/leave" | "/api/admin/stop-looking" => Some(Rights::Viewer),
        "/api/affiliations/edit" | "/api/affiliations/end" | "/api/mailbox/set" | "/api/mailbox/remove" => {
            Some(Rights::Administrator)
        }
        "/api/companies/propose" | "/api/companies/withdraw" => Some(Rights::Contributor),
        "/api/agreements/word" => Some(Rights::Manager),
        "/api/obligations/start" => Some(Rights::Contributor),
        "/api/obligations/submit" | "/api/obligations/answer" | "/api/obligations/dispute" => Some(Rights::Manager),
        "/api/agreements/comment" => Some(Rights::Contributor),
        "/api/messages/open" | "/api/messages/post" => Some(Rights::Contributor),
        "/api/invitations/invite-colleague" | "/api/invitations/again" | "/api/invitations/withdraw" => {
            Some(Rights::Administrator)
        }
        _ => None,
    }
}

/// Who may call a function, and fields with which it works. `None` stands for everybody, signed in or not.
pub fn callers(function: &str) -> (Option<&'static [Role]>, &'static str) {
    match function {
        "/api/account/sign-in" => (None, "email=x%40y.example&password=wrong"),
        "/api/account/sign-out" => (None, ""),
        "/api/account/language" => (None, "language=en"),
        // What a link from a mail does is open to whoever has its token, and to nobody else.
        "/api/account/ask-reset" => (None, "email=x%40y.example"),
        "/api/account/reset" | "/api/joining/confirm" | "/api/invitations/accept" | "/api/invitations/join" => {
            (None, "token=wrong&password=wrong")
        }
        "/api/joining/ask" => (None, "company_name=New"),
        "/api/joining/accept" => (Some(WRITERS), "id={request}&company={company}&rights=viewer"),
        "/api/joining/accept-new" => {
            (Some(WRITERS), "id={request}&name_en=Quixote&kinds%5B%5D=agent&new_rights=viewer")
        }
        "/api/joining/decline" => (Some(WRITERS), "id={request}&decline_reason=No"),
        "/api/invitations/invite" => (Some(&[Administrator]), "email=new%40y.example&name=New&role=expert&language=en"),
        // Of a company's people only its administrators; the world's representative is none.
        "/api/invitations/invite-colleague" => {
            (Some(WRITERS), "company={company}&email=new{number}%40y.example&name=New&rights=viewer&language=en")
        }
        "/api/invitations/again" | "/api/invitations/withdraw" => (Some(WRITERS), "id={invitation}"),
        "/api/account/sign-in-code" => (None, "code=000000"),
        "/api/account/sign-in-passkey" => (None, "ceremony=x&credential=x&alone=1"),
        // Whom it is for depends on what it is for.
        "/api/account/passkeys/ask" => (None, "purpose=add"),
        "/api/account/address/confirm" => (None, "token={address}"),
        // Somebody's own, by anybody who is signed in; the others are refused for lack of something to be done with.
        "/api/account/address" => (Some(EVERYBODY), "email=new%40story.example"),
        "/api/account/authenticator/begin" => (Some(EVERYBODY), ""),
        "/api/account/authenticator/confirm" => (Some(EVERYBODY), "code=000000"),
        "/api/account/authenticator/remove" => (Some(EVERYBODY), ""),
        "/api/account/confirm" => (Some(EVERYBODY), "password=a+password+of+the+story"),
        "/api/account/confirm-passkey" => (Some(EVERYBODY), "ceremony=x&credential=x"),
        "/api/account/passkeys/add" => (Some(EVERYBODY), "ceremony=x&credential=x&name=Mine"),
        "/api/account/passkeys/remove" => (Some(EVERYBODY), "id={product}"),
        "/api/account/password" => (Some(EVERYBODY), "password=seven+green+herons+flew"),
        "/api/account/profile" => (Some(EVERYBODY), "version=1&name=New&language=en"),
        "/api/account/recovery-codes" => (Some(EVERYBODY), ""),
        "/api/account/sessions/end" => (Some(EVERYBODY), "id={product}"),
        "/api/account/sessions/end-others" => (Some(EVERYBODY), ""),
        "/api/settings/stalled" => (Some(&[Administrator]), "contacted=30&in_talks=45&before=,30,45,"),
        // Somebody's own; another's is refused for not being theirs.
        "/api/views/create" => (Some(EXPORTERS), "name=View+{number}&layout=board&query=?stalled=yes"),
        "/api/views/edit" => (Some(EXPORTERS), "id={view}&version=1&name=View"),
        "/api/views/delete" => (Some(EXPORTERS), "id={view}"),
        "/api/views/start" => (Some(EXPORTERS), "id={view}"),
        "/api/bulk/prepare" => (Some(WRITERS), "ids%5B%5D={company}&change=tier:key"),
        "/api/bulk/apply" | "/api/bulk/undo" => (Some(WRITERS), "id={bulk}"),
        "/api/settings/second-factor" => (Some(&[Administrator]), "before="),
        "/api/companies/create" => {
            (Some(WRITERS), "name_en=New&kinds%5B%5D=agent&stage=target&not_duplicate=yes&not_duplicate_reason=x")
        }
        "/api/companies/edit" => {
            (Some(WRITERS), "id={company}&version=1&name_en=Edited&kinds%5B%5D=agent&stage=target")
        }
        "/api/companies/pair" => (Some(WRITERS), "first={spare}&second={like}&decision=apart&note=x"),
        "/api/companies/sweep" => (Some(WRITERS), ""),
        // Somebody was faster.
        "/api/companies/merge" => {
            (Some(WRITERS), "winner={company}&loser={like}&winner_version=99&loser_version=99&name_en=X")
        }
        "/api/companies/unmerge" => (Some(WRITERS), "id={merge}"),
        "/api/companies/move" => (Some(WRITERS), "id={company}&stage_before=target&stage_to=contacted"),
        "/api/companies/archive" => (Some(WRITERS), "id={spare}&archived_reason=A+mistake"),
        "/api/companies/restore" => (Some(WRITERS), "id={spare}"),
        "/api/companies/relate" => {
            (Some(WRITERS), "company={company}&other_company=The+Other&side=licensee&until=2020-01-01")
        }
        "/api/companies/relation-end" => (Some(WRITERS), "id={relation}&company={company}&until=2026-01-01"),
        "/api/companies/relation-remove" => (Some(WRITERS), "id={gone}&company={company}"),
        "/api/companies/propose" => (Some(&[Representative]), "company={company}&version=1&name_en=Proposed"),
        "/api/companies/decide" => (
            Some(WRITERS),
            "id={proposal}&version=1&decision%5Bcity%5D=declined&reason%5Bcity%5D=No&decision%5Bname_en%5D=declined&reason%5Bname_en%5D=No",
        ),
        "/api/companies/withdraw" => (Some(&[Representative]), "id={proposal}"),
        "/api/people/create" => (Some(WRITERS), "name=New"),
        "/api/people/edit" => (Some(WRITERS), "id={person}&version=1&name=Edited"),
        "/api/people/merge" => {
            (Some(WRITERS), "winner={twin}&loser={mate}&winner_version=1&loser_version=1&name=The+Twin")
        }
        "/api/people/unmerge" => (Some(WRITERS), "id={people_merge}"),
        "/api/people/apart" => (Some(WRITERS), "id={person}&other={leaver}"),
        "/api/people/archive" => (Some(WRITERS), "id={leaver}"),
        "/api/people/restore" => (Some(WRITERS), "id={leaver}"),
        "/api/positions/add" => (Some(WRITERS), "person={person}&company=The+Other&title=Adviser"),
        "/api/positions/end" => (Some(WRITERS), "id={position}&until=2030-01-01"),
        "/api/positions/main" => (Some(WRITERS), "id={position}"),
        "/api/positions/remove" => (Some(WRITERS), "id={gone}&person={person}"),
        // Who only reads does not write; only who wrote something edits and corrects it.
        "/api/messages/open" => {
            (Some(&[Administrator, Staff, Representative]), "company={company}&subject=Dates&body=When%3F")
        }
        "/api/messages/post" => (Some(&[Administrator, Staff, Representative]), "thread={thread}&body=Soon"),
        "/api/messages/edit" => (Some(&[]), "id={message}&version=1&body=x"),
        "/api/messages/correct" => (Some(&[]), "id={message}&body=x"),
        "/api/messages/remove" => (Some(&[Administrator]), "id={message}"),
        "/api/notes/add" => (Some(WRITERS), "company={company}&body=x"),
        "/api/notes/edit" => (Some(&[]), "id={note}&version=1&body=x"),
        "/api/notes/correct" => (Some(&[]), "id={note}&body=x"),
        "/api/notes/remove" => (Some(&[Administrator]), "id={note}"),
        "/api/documents/remove" => (Some(WRITERS), "id={document}"),
        "/api/enquire/send" => (None, "kind=other"),
        "/api/enquiries/record" => {
            (Some(WRITERS), "channel=phone&kind=other&name=A&phone=12345678&language=en&message=x")
        }
        // Somebody was faster: then it matters no more how far the enquiry is.
        "/api/enquiries/acknowledge" => (Some(WRITERS), "id={enquiry}&version=99&acknowledgement=x"),
        "/api/enquiries/screen" => (Some(WRITERS), "id={enquiry}&version=99&verdict=genuine&priority=normal"),
        "/api/enquiries/assign" => (Some(WRITERS), "id={enquiry}&version=99&assignee={deputy}"),
        "/api/enquiries/answer" => (Some(WRITERS), "id={enquiry}&version=99&answer=x"),
        "/api/enquiries/follow-up" => (Some(WRITERS), "id={enquiry}&version=99&note=x"),
        "/api/enquiries/convert" => (Some(WRITERS), "id={enquiry}&version=99&company={company}"),
        "/api/enquiries/convert-new" => (Some(WRITERS), "id={enquiry}&version=99&name_en=X&kinds%5B%5D=agent"),
        "/api/enquiries/close" => (Some(WRITERS), "id={enquiry}&version=99&reason=settled"),
        "/api/enquiries/reopen" => (Some(WRITERS), "id={enquiry}&version=99&note=x"),
        "/api/agreements/create" => (Some(WRITERS), "kind=mou&title_en=New&prevailing=en&renewal=none"),
        // Somebody was faster: then it matters no more how far the agreement is.
        "/api/agreements/edit" => {
            (Some(WRITERS), "id={agreement}&version=99999&kind=mou&title_en=New&prevailing=en&renewal=none")
        }
        "/api/agreements/move" => (Some(WRITERS), "id={agreement}&version=99999&to=withdrawn&reason=x"),
        "/api/agreements/add-party" => (Some(WRITERS), "id={agreement}&version=99999&company=The+Spare"),
        "/api/agreements/edit-party" => (Some(WRITERS), "id={agreement}&version=99999&party={party}"),
        "/api/agreements/remove-party" => (Some(WRITERS), "id={agreement}&version=99999&party={party}&reason=x"),
        "/api/agreements/sign" => (Some(WRITERS), "id={agreement}&version=99999"),
        "/api/agreements/certify" => (Some(WRITERS), "id={signed}"),
        "/api/agreements/add-signatory" => {
            (Some(WRITERS), "id={agreement}&version=99999&party={party}&name=X&email=x%40y.example&language=en&group=1")
        }
        "/api/agreements/signing-rule" => (Some(WRITERS), "id={agreement}&version=99999&group=1"),
        "/api/agreements/ask-signatures" => (Some(WRITERS), "id={agreement}&version=99999&until=2026-12-01"),
        "/api/agreements/extend-signatory" => {
            (Some(WRITERS), "id={agreement}&version=99999&signatory={gone}&until=2026-12-01")
        }
        "/api/agreements/remind-signatory" | "/api/agreements/withdraw-signatory" => {
            (Some(WRITERS), "id={agreement}&version=99999&signatory={gone}&reason=x")
        }
        // Somebody's own place; another's is not found.
        "/api/signing/open" | "/api/signing/sign" | "/api/signing/decline" | "/api/signing/delegate" => {
            (Some(EVERYBODY), "id={agreement}&signatory={gone}&text={text}")
        }
        // What a link from a mail does is open to whoever has its token.
        "/api/signing/code" | "/api/signing/enter" => (None, "token=wrong&code=000000"),
        "/api/agreements/follow" => (Some(WRITERS), "id={agreement}&version=99999&follow=amends"),
        "/api/agreements/decide" => (Some(WRITERS), "id={agreement}&version=99999&decision=ends&decision_reason=x"),
        "/api/account/make-calendar" | "/api/account/end-calendar" => {
            (Some(&[Administrator, Staff, Executive, Representative]), "")
        }
        "/api/agreements/link" => (Some(WRITERS), "id={agreement}&link=/products/{product}"),
        "/api/agreements/unlink" => (Some(WRITERS), "id={agreement}&kind=product&subject={gone}"),
        "/api/agreements/note" => (Some(WRITERS), "id={agreement}&remark=x"),
        // Of a party's people those who may; staff says how it was told.
        "/api/agreements/word" => (
            Some(&[Administrator, Staff, Representative]),
            "id={agreement}&text={text}&party={party}&word=accepts&told_by=mail",
        ),
        "/api/agreements/comment" => (Some(&[Administrator, Staff, Representative]), "id={agreement}&comment=x"),
        "/api/agreements/remove-document" => (Some(WRITERS), "id={agreement}&document={agreement_document}"),
        "/api/obligations/plan" => {
            (Some(WRITERS), "id={agreement}&clause=2&text_en=x&owes%5B%5D={party}&benefits%5B%5D={counterparty}")
        }
        "/api/obligations/edit" => (
            Some(WRITERS),
            "id={agreement}&number=1&version=99999&clause=2&text_en=x&owes%5B%5D={party}&benefits%5B%5D={counterparty}",
        ),
        "/api/obligations/settle" => (Some(WRITERS), "id={agreement}&number=1&version=99999&to=lapsed&reason=x"),
        // The world's company owes it, and it is owed to it.
        "/api/obligations/start" => (
            Some(&[Administrator, Staff, Representative]),
            "id={agreement}&number=1&version=99999&party={party}&told_by=mail",
        ),
        "/api/obligations/submit" => (
            Some(&[Administrator, Staff, Representative]),
            "id={agreement}&number=1&version=99999&party={party}&told_by=mail&evidence=x",
        ),
        "/api/obligations/answer" => (
            Some(&[Administrator, Staff, Representative]),
            "id={agreement}&number=1&version=99999&party={party}&told_by=mail&to=fulfilled",
        ),
        "/api/obligations/dispute" => (
            Some(&[Administrator, Staff, Representative]),
            "id={agreement}&number=1&version=99999&party={party}&told_by=mail&reason=x",
        ),
        "/api/interactions/record" => {
            (Some(WRITERS), "kind=call&at=2026-09-01T09%3A00&company=The+Company&summary=Spoken")
        }
        "/api/interactions/edit" => (
            Some(WRITERS),
            "id={interaction}&version=1&kind=call&at=2026-09-01T09%3A00&company=The+Company&summary=Spoken",
        ),
        "/api/interactions/remove" => (Some(WRITERS), "id={gone}&remove_reason=A+mistake"),
        "/api/tasks/create" => (Some(WRITERS), "title=Call&due_on=2026-12-01&owner={deputy}"),
        "/api/tasks/edit" => (Some(WRITERS), "id={task}&version=99&title=Call&due_on=2026-12-01&owner={deputy}"),
        "/api/tasks/done" => (Some(WRITERS), "id={task}"),
        "/api/tasks/cancel" => (Some(WRITERS), "id={task}&cancel_reason=Not+needed"),
        "/api/tasks/reopen" => (Some(WRITERS), "id={task}"),
        "/api/absence/add" => (Some(WRITERS), "deputy={deputy}&since=2026-10-12&until=2026-10-13"),
        "/api/absence/end" => (Some(WRITERS), "id={absence}"),
        "/api/calendar/set-days" => (Some(&[Administrator]), "date=2027-01-01&kind=holiday&name_en=New+Year"),
        "/api/calendar/remove-day" => (Some(&[Administrator]), "date=2027-01-01"),
        "/api/calendar/set-week" => (Some(&[Administrator]), "weekdays%5B%5D=1&from_1=09%3A00&to_1=12%3A00"),
        "/api/calendar/set-limits" => (Some(&[Administrator]), "acknowledge_hours=4&answer_hours=16"),
        "/api/jobs/run" => (Some(&[Administrator]), "name=journal.verify"),
        "/api/products/import-progress" => (Some(WRITERS), "id={import}"),
        "/api/notifications/read" => (Some(EVERYBODY), "id={document}"),
        "/api/notifications/read-all" => (Some(EVERYBODY), "until=1"),
        "/api/notifications/choose" => (Some(EVERYBODY), "mails%5B%5D=mention%3Ddaily&all=usual"),
        // Who sees of a company no more than its name is told no more.
        "/api/follows/set" => {
            (Some(&[Administrator, Staff, Executive, Representative]), "company={company}&follow=true")
        }
        "/api/imports/map" => (Some(WRITERS), "id={table}&sheet=0&header=1&columns%5B0%5D=name_en"),
        "/api/imports/apply" | "/api/imports/revert" => (Some(WRITERS), "id={table}"),
        "/api/mail/resend" => (Some(&[Administrator]), "id={mail}"),
        "/api/mail/test" => (Some(&[Administrator]), ""),
        "/api/account/act-for" => (Some(&[Representative]), "company={company}"),
        "/api/account/leave" => (Some(&[Representative]), "company={company}"),
        "/api/affiliations/edit" => (Some(WRITERS), "company={company}&account={account}&version=1&rights=viewer"),
        "/api/affiliations/end" => (Some(WRITERS), "company={company}&account={account}"),
        "/api/mailbox/set" => (Some(WRITERS), "company={company}&email=all%40company.example&language=en"),
        "/api/mailbox/remove" => (Some(WRITERS), "company={company}"),
        "/api/mailbox/confirm" => (None, "token=x"),
        "/api/accounts/edit" => (Some(&[Administrator]), "id={account}&version=1&name=Person&role=representative"),
        "/api/accounts/suspend" => (Some(&[Administrator]), "id={account}&version=1&reason=test"),
        "/api/accounts/reinstate" => (Some(&[Administrator]), "id={account}&version=1"),
        "/api/accounts/end-sessions" | "/api/accounts/remove-factors" => (Some(&[Administrator]), "id={account}"),
        "/api/accounts/affiliate" => (Some(&[Administrator]), "id={account}&company=Another+Company&rights=viewer"),
        "/api/admin/look-as" => (Some(&[Administrator]), "id={account}"),
        "/api/admin/stop-looking" => (Some(EVERYBODY), ""),
        "/api/privacy/ask-erasure" => (Some(EVERYBODY), "reason=enough"),
        "/api/privacy/withdraw-erasure" => (Some(EVERYBODY), ""),
        "/api/privacy/erase" => (Some(&[Administrator]), "id={erasure}"),
        "/api/privacy/decline" => (Some(&[Administrator]), "id={erasure}&reason=no"),
        "/api/privacy/retention" => (
            Some(&[Administrator]),
            "version=1&attempts=90&sessions=1&mail_bodies=180&mails=730&notifications=180&requests=180&enquiries=730&addresses=365&documents=30&imports=90&inactive=400",
        ),
        other => panic!("nobody has said who may call {other}"),
    }
}

async fn every_page_as_every_role(portal: Portal) {
    let world = world(portal).await;
    for role in Role::ALL {
        let mut browser = world.browser(role).await;
        for page in app::routes::PAGES {
            let status = browser.get(&world.path(page)).await.status;
            let expected = match readers(page).contains(&role) {
                true if OF_ONE.contains(page) => StatusCode::NOT_FOUND,
                true => StatusCode::OK,
                false => StatusCode::FORBIDDEN,
            };
            assert_eq!(status, expected, "{page} as {}", role.code());
        }
    }
    for page in app::routes::PAGES {
        let answer = world.portal.browser().get(&world.path(page)).await;
        if PUBLIC.contains(page) {
            assert_eq!(answer.status, StatusCode::OK, "{page} signed out");
        } else {
            assert!(answer.location().starts_with("/sign-in?next="), "{page} signed out: {}", answer.status);
        }
    }
}

/// A representative may call what takes their rights, and nothing else.
async fn every_function_with_every_right(portal: Portal) {
    let world = world(portal).await;
    for (function, _) in server_fn::axum::server_fn_paths() {
        let (callers, fields) = callers(function);
        // What everybody may call, and what takes a role.
        if callers.is_none_or(|roles| roles.contains(&Representative) && least(function).is_none()) {
            continue;
        }
        for rights in Rights::ALL {
            world.portal.later(std::time::Duration::from_secs(61));
            let mut browser = world.portal.representative_with(world.company.parse().unwrap(), rights).await;
            let answer = browser.request(Method::POST, function, form(), world.fields(fields).into_bytes()).await;
            let allowed = least(function).is_some_and(|least| rights >= least);
            let forbidden = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(!forbidden, allowed, "{function} with {}: {} {}", rights.code(), answer.status, answer.text());
        }
    }
}

pub fn form() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    headers.insert(header::ACCEPT, "application/json".parse().unwrap());
    headers
}

/// What a function may answer to who may call it, besides that it was done. Functions are called in any order, and each by
/// every role: what it takes may be another's, be used up by now, or be nothing that can be had here.
fn besides(function: &str, fields: &str) -> &'static [StatusCode] {
    match function {
        // Another's, or nothing at all.
        "/api/views/edit" | "/api/views/delete" => &[StatusCode::NOT_FOUND],
        "/api/bulk/apply" | "/api/bulk/undo" => &[StatusCode::NOT_FOUND, StatusCode::CONFLICT],
        "/api/account/passkeys/remove" | "/api/account/sessions/end" => &[StatusCode::NOT_FOUND],
        // Nobody is asked to sign in the world of these stories.
        _ if function.starts_with("/api/signing/") => &[StatusCode::NOT_FOUND],
        // They take what a device answers, or an app that is set up.
        "/api/account/confirm-passkey" | "/api/account/passkeys/add" | "/api/account/recovery-codes" => {
            &[StatusCode::UNPROCESSABLE_ENTITY]
        }
        "/api/account/authenticator/confirm" | "/api/account/authenticator/remove" => &[StatusCode::CONFLICT],
        // Somebody was faster: the version has gone up.
        "/api/companies/edit" | "/api/people/edit" | "/api/people/merge" | "/api/interactions/edit" => {
            &[StatusCode::CONFLICT]
        }
        "/api/affiliations/edit" | "/api/accounts/edit" | "/api/accounts/suspend" | "/api/accounts/reinstate" => {
            &[StatusCode::CONFLICT]
        }
        // It was decided already.
        "/api/joining/accept" | "/api/joining/accept-new" | "/api/joining/decline" => &[StatusCode::CONFLICT],
        "/api/privacy/erase" | "/api/privacy/decline" | "/api/companies/pair" => &[StatusCode::CONFLICT],
        "/api/companies/propose" | "/api/companies/decide" | "/api/companies/withdraw" => &[StatusCode::CONFLICT],
        "/api/imports/map" | "/api/imports/apply" | "/api/imports/revert" => &[StatusCode::CONFLICT],
        "/api/companies/move" | "/api/companies/unmerge" | "/api/people/unmerge" => &[StatusCode::CONFLICT],
        "/api/companies/archive" | "/api/companies/restore" | "/api/people/restore" => &[StatusCode::CONFLICT],
        "/api/tasks/reopen" | "/api/mail/resend" => &[StatusCode::CONFLICT],
        // The one before has just had a mail sent there, or it was withdrawn.
        "/api/invitations/again" | "/api/invitations/withdraw" => {
            &[StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS]
        }
        "/api/mailbox/set" => &[StatusCode::TOO_MANY_REQUESTS],
        _ if fields.contains("version=99") => &[StatusCode::CONFLICT],
        _ => &[],
    }
}

async fn every_function_as_every_role(portal: Portal) {
    let world = world(portal).await;
    let functions: Vec<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert!(functions.len() >= 6, "{functions:?}");
    let mut wrong = Vec::new();
    for function in functions {
        let (roles, fields) = callers(function);
        let Some(roles) = roles else { continue };
        for role in Role::ALL {
            let mut browser = world.browser(role).await;
            let answer = browser.request(Method::POST, function, form(), world.fields(fields).into_bytes()).await;
            let done = if roles.contains(&role) {
                answer.status.is_success()
                    || answer.status.is_redirection()
                    || besides(function, fields).contains(&answer.status)
                    || answer.text().contains("ActsAlready")
                    // It says what is so.
                    || answer.text().contains("SameCertificate")
                    // Undone by the one before.
                    || answer.text().contains("NotUndoable")
            } else {
                answer.status == StatusCode::FORBIDDEN
            };
            if !done {
                wrong.push(format!("{function} as {}: {} {}", role.code(), answer.status, answer.text()));
            }
        }
        let fields = world.fields(fields).into_bytes();
        let answer = world.portal.browser().request(Method::POST, function, form(), fields).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{function} signed out");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn nothing_changes_by_get_or_from_elsewhere(portal: Portal) {
    let world = world(portal).await;
    let mut admin = world.browser(Administrator).await;
    let before = world.portal.journal_holds().await;
    for (function, method) in server_fn::axum::server_fn_paths() {
        assert_eq!(method, Method::POST, "{function} must not be called by {method}");
        let (_, fields) = callers(function);
        let fields = world.fields(fields);
        let answer = admin.get(&format!("{function}?{fields}")).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{function} by GET");
        for (name, value) in
            [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("sec-fetch-site", "same-site")]
        {
            let mut headers = form();
            headers.insert(name, value.parse().unwrap());
            let answer = admin.request(Method::POST, function, headers, fields.clone().into_bytes()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function} with {name}: {value}");
        }
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=story".parse().unwrap());
    headers.insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    let answer = admin.request(Method::POST, "/products/import", headers, b"--story--\r\n".to_vec()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(world.portal.journal_holds().await, before);
    admin.page("/today").await;
}
