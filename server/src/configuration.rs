//! What the process is told by its environment or flags, checked before anything starts.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use lettre::message::Mailbox;

use crate::smtp::{MailServer, sender};

/// The settings as given. Each can be a flag or an environment variable; the flag wins.
#[derive(Args, Clone, Debug)]
pub struct Given {
    /// The database: sqlite://PATH for a file (made if missing) or postgres://USER:PASSWORD@HOST/NAME
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/portal.db",
        global = true,
        hide_env_values = true
    )]
    pub database_url: String,

    /// The address and port to listen on
    #[arg(long, env = "PORTAL_ADDR", default_value = "127.0.0.1:3000", global = true)]
    pub addr: String,

    /// The public address of the portal, such as https://portal.example.org; with https, cookies are Secure
    /// [default: http:// and the listening address]
    #[arg(long, env = "PORTAL_URL", global = true)]
    pub url: Option<String>,

    /// The folder for documents; the journal's heads are kept there too
    #[arg(long, env = "PORTAL_DOCUMENTS", default_value = "data/documents", global = true)]
    pub documents: PathBuf,

    /// The mail server: smtp://USER:PASSWORD@HOST:PORT or smtps://…; without one, mails are kept and read at /admin/mail.
    /// With smtp://, STARTTLS is used when offered, and must be offered when there are credentials; ?tls=required and
    /// ?tls=none say otherwise
    #[arg(long, env = "SMTP_URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// The sender of the portal's mails: portal@example.org or Portal <portal@example.org>; needed with SMTP_URL
    #[arg(long, env = "MAIL_FROM", global = true)]
    pub mail_from: Option<String>,

    /// Reverse proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas
    #[arg(long, env = "PORTAL_TRUSTED_PROXIES", global = true)]
    pub trusted_proxies: Option<String>,

    /// The address and port on which Prometheus finds /metrics; off when not given
    #[arg(long, env = "PORTAL_METRICS_ADDR", global = true)]
    pub metrics_addr: Option<String>,
}

/// The settings as checked.
#[derive(Clone, Debug)]
pub struct Configuration {
    pub database_url: String,
    pub addr: SocketAddr,
    /// Scheme, host and port, without a slash at the end.
    pub url: String,
    pub https: bool,
    pub documents: PathBuf,
    pub trusted_proxies: Vec<ipnet::IpNet>,
    pub metrics_addr: Option<SocketAddr>,
    /// None: mails are kept, not sent.
    pub mail: Option<Mail>,
}

/// Where mails are handed over, and who sends them.
#[derive(Clone, Debug)]
pub struct Mail {
    pub server: MailServer,
    pub from: Mailbox,
}

impl Given {
    /// Checks every value.
    ///
    /// # Errors
    /// One line that names the setting and says what is wrong.
    pub fn check(&self) -> Result<Configuration, String> {
        let address = |name: &str, text: &str| {
            text.parse::<SocketAddr>()
                .map_err(|_| format!("{name}: \"{text}\" is not an address and port, such as 127.0.0.1:3000"))
        };
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| self.database_url.starts_with(scheme)) {
            return Err("DATABASE_URL: it must start with sqlite:// or postgres://".to_owned());
        }
        let addr = address("PORTAL_ADDR", &self.addr)?;
        let url = match given(&self.url) {
            None => format!("http://{addr}"),
            Some(url) => public_url(url)?,
        };
        let server =
            given(&self.smtp_url).map(MailServer::parse).transpose().map_err(|wrong| format!("SMTP_URL: {wrong}"))?;
        let from = given(&self.mail_from).map(sender).transpose().map_err(|wrong| format!("MAIL_FROM: {wrong}"))?;
        let mail = match (server, from) {
            (Some(server), Some(from)) => Some(Mail { server, from }),
            (Some(_), None) => {
                return Err("MAIL_FROM: it is needed with SMTP_URL, such as portal@example.org".to_owned());
            }
            (None, _) => None,
        };
        let mut trusted_proxies = Vec::new();
        for item in given(&self.trusted_proxies).into_iter().flat_map(|list| list.split(',')).map(str::trim) {
            let net = item.parse::<ipnet::IpNet>().or_else(|_| item.parse::<IpAddr>().map(ipnet::IpNet::from));
            trusted_proxies.push(net.map_err(|_| {
                format!("PORTAL_TRUSTED_PROXIES: \"{item}\" is neither an address nor a network, such as 10.0.0.0/8")
            })?);
        }
        let metrics_addr = given(&self.metrics_addr).map(|text| address("PORTAL_METRICS_ADDR", text)).transpose()?;
        Ok(Configuration {
            database_url: self.database_url.clone(),
            addr,
            https: url.starts_with("https://"),
            url,
            documents: self.documents.clone(),
            trusted_proxies,
            metrics_addr,
            mail,
        })
    }
}

/// A variable that is set but empty counts as not set.
fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Scheme, host and port of a public address, without a path.
fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']));
    match host(url) {
        Some(_) if plain => Ok(url.to_owned()),
        _ => {
            Err(format!("PORTAL_URL: \"{text}\" is not an address without a path, such as https://portal.example.org"))
        }
    }
}

/// The host named by a URL, without port and brackets.
pub fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => authority.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

impl Configuration {
    /// Whether the public address is on this machine.
    pub fn is_local(&self) -> bool {
        let host = host(&self.url).unwrap_or_default();
        host == "localhost"
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback() || address.is_unspecified())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Given {
        Given {
            database_url: "sqlite://data/portal.db".into(),
            addr: "127.0.0.1:3000".into(),
            url: None,
            documents: "data/documents".into(),
            smtp_url: None,
            mail_from: None,
            trusted_proxies: None,
            metrics_addr: None,
        }
    }

    #[test]
    fn defaults_are_right_and_wrong_values_are_named() {
        let configuration = given().check().unwrap();
        assert_eq!(configuration.url, "http://127.0.0.1:3000");
        assert!(configuration.is_local() && !configuration.https);
        type Spoil = fn(&mut Given);
        let wrong: [(&str, Spoil); 7] = [
            ("DATABASE_URL", |g| g.database_url = "mysql://x".into()),
            ("PORTAL_ADDR", |g| g.addr = "3000".into()),
            ("PORTAL_URL", |g| g.url = Some("portal.example.org".into())),
            ("SMTP_URL", |g| g.smtp_url = Some("mail.example.org".into())),
            ("MAIL_FROM", |g| g.mail_from = Some("portal".into())),
            ("PORTAL_TRUSTED_PROXIES", |g| g.trusted_proxies = Some("10.0.0.0/99".into())),
            ("PORTAL_METRICS_ADDR", |g| g.metrics_addr = Some("x".into())),
        ];
        for (name, spoil) in wrong {
            let mut given = given();
            spoil(&mut given);
            let message = given.check().unwrap_err();
            assert!(message.starts_with(name) && !message.contains('\n'), "{message}");
        }
    }

    #[test]
    fn a_mail_server_needs_a_sender() {
        let check = |smtp: Option<&str>, from: Option<&str>| {
            Given { smtp_url: smtp.map(str::to_owned), mail_from: from.map(str::to_owned), ..given() }.check()
        };
        let server = Some("smtp://mail.example.org");
        assert!(check(server, None).unwrap_err().starts_with("MAIL_FROM: "));
        assert!(check(server, Some("Portal <portal@example.org>")).unwrap().mail.is_some());
        assert!(check(None, Some("portal@example.org")).unwrap().mail.is_none());
    }

    #[test]
    fn public_addresses() {
        let check = |url: &str| Given { url: Some(url.into()), ..given() }.check();
        assert!(check("https://portal.example.org/").unwrap().https);
        assert!(!check("https://portal.example.org").unwrap().is_local());
        assert!(check("http://localhost:3000").unwrap().is_local());
        assert!(check("http://[::1]:3000").unwrap().is_local());
        assert!(check("https://portal.example.org/path").is_err());
    }
}
