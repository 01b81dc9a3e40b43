//! What `SMTP_URL` and `MAIL_FROM` say.

use std::net::IpAddr;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::TlsParameters;
use percent_encoding::percent_decode_str;

use crate::configuration::host;

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    /// `smtps://`: encrypted from the first byte.
    Whole,
    /// STARTTLS, or nothing is sent.
    Required,
    /// STARTTLS where the server offers it.
    Offered,
    None,
}

/// A mail server, as `SMTP_URL` names it.
#[derive(Clone)]
pub struct MailServer {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) protection: Protection,
    pub(super) credentials: Option<Credentials>,
    pub(super) tls: Option<TlsParameters>,
}

impl std::fmt::Debug for MailServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.protection)
    }
}

impl MailServer {
    /// Reads `smtp://[USER:PASSWORD@]HOST[:PORT][?tls=required|none]` or `smtps://…`.
    ///
    /// With `smtp://` STARTTLS is used where it is offered, and must be offered when there are credentials. On this machine
    /// nothing is encrypted unless it is asked for: local mail servers have certificates that nobody signed.
    ///
    /// # Errors
    /// What is wrong, without the address, which may hold a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        if !matches!(scheme, "smtp" | "smtps") {
            return Err("it must be smtp://HOST or smtps://HOST".to_owned());
        }
        let host = host(url).filter(|host| !host.contains(char::is_whitespace)).ok_or("it names no host")?.to_owned();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = rest.split('/').next().unwrap_or_default();
        let (login, address) = match authority.rsplit_once('@') {
            Some((login, address)) => (Some(login), address),
            None => (None, authority),
        };
        let port = match address.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
            Some((_, port)) => port.parse().map_err(|_| format!("\"{port}\" is not a port"))?,
            None if scheme == "smtps" => 465,
            None => 587,
        };
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let credentials = login.map(credentials).transpose()?;
        let protection = match (scheme, query) {
            ("smtps", "") => Protection::Whole,
            ("smtp", "tls=required") => Protection::Required,
            ("smtp", "tls=none") if credentials.is_some() && !here => {
                return Err("credentials are sent unencrypted only on this machine".to_owned());
            }
            ("smtp", "tls=none") => Protection::None,
            ("smtp", "") if here => Protection::None,
            ("smtp", "") if credentials.is_some() => Protection::Required,
            ("smtp", "") => Protection::Offered,
            _ => return Err("behind the host there may be only ?tls=required or ?tls=none, with smtp://".to_owned()),
        };
        let tls = match protection {
            Protection::None => None,
            _ => {
                Some(TlsParameters::new(host.clone()).map_err(|_| format!("\"{host}\" is no name for a certificate"))?)
            }
        };
        Ok(Self { host, port, protection, credentials, tls })
    }
}

fn credentials(login: &str) -> Result<Credentials, String> {
    let decoded = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(String::from)
            .map_err(|_| "user and password must be UTF-8".to_owned())
    };
    let (user, password) = login.split_once(':').ok_or("a user needs a password: smtp://USER:PASSWORD@HOST")?;
    Ok(Credentials::new(decoded(user)?, decoded(password)?))
}

/// Reads `address` or `Name <address>`.
///
/// # Errors
/// When it is neither.
pub fn sender(text: &str) -> Result<Mailbox, String> {
    let wrong =
        || format!("\"{text}\" is not an e-mail address, such as portal@example.org or Portal <portal@example.org>");
    let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
        None => ("", text),
    };
    if text.contains(char::is_control) {
        return Err(wrong());
    }
    let address = app::account::model::email(address).map_err(|_| wrong())?;
    let address: Address = address.parse().map_err(|_| wrong())?;
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail_servers() {
        let read =
            |url: &str| MailServer::parse(url).map(|server| (server.host.clone(), server.port, server.protection));
        let is = |host: &str, port, protection| Ok((host.to_owned(), port, protection));
        assert_eq!(read("smtp://localhost:1025"), is("localhost", 1025, Protection::None));
        assert_eq!(read("smtp://u:p@127.0.0.1"), is("127.0.0.1", 587, Protection::None));
        assert_eq!(read("smtp://[::1]:25"), is("::1", 25, Protection::None));
        assert_eq!(read("smtp://mail.example.org"), is("mail.example.org", 587, Protection::Offered));
        assert_eq!(read("smtp://u:p%40@mail.example.org/"), is("mail.example.org", 587, Protection::Required));
        assert_eq!(read("smtps://mail.example.org"), is("mail.example.org", 465, Protection::Whole));
        assert_eq!(read("smtp://mail.example.org?tls=none"), is("mail.example.org", 587, Protection::None));
        for bad in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://mail.example.org:99999",
            "smtp://user@mail.example.org",
            "smtp://u:p@mail.example.org?tls=none",
            "smtp://mail.example.org?tls=maybe",
            "smtps://mail.example.org?tls=none",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let secret = MailServer::parse("smtp://u:geheim@mail.example.org").unwrap();
        assert!(!format!("{secret:?}").contains("geheim"));
    }

    #[test]
    fn senders() {
        assert_eq!(sender("portal@example.org").unwrap().to_string(), "portal@example.org");
        let named = sender("希望之城 Portal <portal@example.org>").unwrap();
        assert_eq!((named.name.as_deref(), named.email.domain()), (Some("希望之城 Portal"), "example.org"));
        assert_eq!(sender("\"A, B\" <portal@example.org>").unwrap().name.as_deref(), Some("A, B"));
        for bad in ["portal", "Portal <portal>", "a@b.c, d@e.f", "A\r\nBcc: x <a@b.c>", "<>", ""] {
            assert!(sender(bad).is_err(), "{bad}");
        }
    }
}
