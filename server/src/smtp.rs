//! The way to the mail server: connections that are kept while there is something to send, and one conversation for each
//! mail.
//!
//! The connections are kept here rather than by lettre's pool. A send that is given up in its middle leaves a connection on
//! which answers are still due; lettre's pool would lend it out again, and the next mail would take them for its own.

mod server;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use app::backend::letter::line;
use app::backend::outbox::{Claimed, Failure};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::{Address, Message};
use tokio::sync::watch;

use crate::configuration::host;
use server::Protection;
pub use server::{MailServer, sender};

/// How long one send may take, from the first byte to the last answer.
const SEND: Duration = Duration::from_secs(20);
/// How long the farewell may take when nothing is left to send.
const FAREWELL: Duration = Duration::from_secs(2);

/// The way to the mail server, used by one worker.
pub struct Transport {
    server: MailServer,
    from: Mailbox,
    hello: ClientId,
    /// How long one send may take.
    pub patience: Duration,
    /// Connections on which every answer was read.
    idle: Mutex<Vec<AsyncSmtpConnection>>,
    down: AtomicBool,
    ending: watch::Sender<Ending>,
}

/// How near the end of the process is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Ending {
    Not,
    /// No further send begins.
    Closing,
    /// Those under way are broken off.
    Cut,
}

impl Transport {
    /// `url` is the portal's public address: its host is what the mail server is greeted with.
    pub fn new(server: MailServer, from: Mailbox, url: &str) -> Self {
        let name = host(url).unwrap_or("localhost");
        let hello = match name.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) if name.contains('.') => ClientId::Domain(name.to_owned()),
            Err(_) => ClientId::Ipv4(Ipv4Addr::LOCALHOST),
        };
        Self {
            server,
            from,
            hello,
            patience: SEND,
            idle: Mutex::default(),
            down: AtomicBool::new(false),
            ending: watch::Sender::new(Ending::Not),
        }
    }

    /// Whether the last conversation broke off, or never began.
    pub fn is_down(&self) -> bool {
        self.down.load(Ordering::Relaxed)
    }

    /// Begins no further send.
    pub fn close(&self) {
        self.ending.send_replace(Ending::Closing);
    }

    pub fn is_closing(&self) -> bool {
        *self.ending.borrow() >= Ending::Closing
    }

    /// Breaks off the sends that are under way; they fail.
    pub fn cut(&self) {
        self.ending.send_replace(Ending::Cut);
    }

    async fn was_cut(&self) {
        let _ = self.ending.subscribe().wait_for(|ending| *ending == Ending::Cut).await;
    }

    /// Sends one mail; gives what the server said.
    ///
    /// # Errors
    /// Why it was not sent, or why nobody knows whether it was.
    pub async fn send(&self, mail: &Claimed) -> Result<String, Failure> {
        let message = self.message(mail)?;
        let done = tokio::select! {
            done = self.deliver(&message) => done,
            () = tokio::time::sleep(self.patience) => {
                Err(Failure::Connection(format!("no answer from {} within {:?}", self.server.host, self.patience)))
            }
            () = self.was_cut() => Err(Failure::Connection("the portal was stopped meanwhile".to_owned())),
        };
        let down = matches!(done, Err(Failure::Connection(_)));
        if let Err(Failure::Connection(reason)) = &done
            && !self.down.swap(down, Ordering::Relaxed)
        {
            tracing::warn!(server = ?self.server, reason, "the mail server does not answer; mails wait");
        } else if self.down.swap(down, Ordering::Relaxed) && !down {
            tracing::info!(server = ?self.server, "the mail server answers again");
        }
        done
    }

    async fn deliver(&self, message: &Message) -> Result<String, Failure> {
        let kept = self.idle().pop();
        if let Some(mut connection) = kept
            && let Ok(()) = self.begin(&mut connection, message).await
        {
            return self.go_on(connection, message).await;
        }
        // There was none, or the server has closed it meanwhile, which it may; nothing was lost on it.
        let mut connection = self.connect().await?;
        self.begin(&mut connection, message).await?;
        self.go_on(connection, message).await
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let server = &self.server;
        let said = |error: Error| Failure::Connection(reason(&error));
        let whole = server.tls.clone().filter(|_| server.protection == Protection::Whole);
        let address = (server.host.as_str(), server.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(self.patience), &self.hello, whole, None)
                .await
                .map_err(said)?;
        if let (Some(tls), Protection::Required | Protection::Offered) = (&server.tls, server.protection) {
            if connection.can_starttls() {
                connection.starttls(tls.clone(), &self.hello).await.map_err(said)?;
            } else if server.protection == Protection::Required {
                return Err(Failure::Connection("the mail server offers no encryption (STARTTLS)".to_owned()));
            }
        }
        if let Some(credentials) = &server.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await.map_err(said)?;
        }
        Ok(connection)
    }

    /// Names the sender. A server that does not take ours refuses us, not this mail.
    async fn begin(&self, connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Failure> {
        let mut parameters = Vec::new();
        let addresses = || message.envelope().to().iter().chain(message.envelope().from());
        if !addresses().all(|address| AsRef::<str>::as_ref(address).is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Failure::Receiver("the mail server takes only ASCII addresses".to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let command = Mail::new(message.envelope().from().cloned(), parameters);
        match connection.command(command).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_transient() => Err(failure(&error)),
            Err(error) => Err(Failure::Connection(reason(&error))),
        }
    }

    /// The rest of the conversation. A connection on which an answer is missing is not kept.
    async fn go_on(&self, mut connection: AsyncSmtpConnection, message: &Message) -> Result<String, Failure> {
        let told = async {
            for receiver in message.envelope().to() {
                let named = connection.command(Rcpt::new(receiver.clone(), Vec::new())).await;
                named.map_err(|error| of_receiver(&error))?;
            }
            connection.command(Data).await.map_err(|error| failure(&error))?;
            connection.message(&message.formatted()).await.map_err(|error| failure(&error))
        };
        match told.await {
            Ok(answer) => {
                self.idle().push(connection);
                Ok(line(&format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" "))))
            }
            Err(failure) => {
                if !matches!(failure, Failure::Connection(_)) && connection.command(Rset).await.is_ok() {
                    self.idle().push(connection);
                }
                Err(failure)
            }
        }
    }

    /// The mail as it is sent: byte for byte the same with every try.
    fn message(&self, mail: &Claimed) -> Result<Message, Failure> {
        let unfit = |error: &dyn std::fmt::Display| Failure::Permanent(format!("this cannot be sent: {error}"));
        let address: Address = mail.address.parse().map_err(|error| unfit(&error))?;
        let written = UNIX_EPOCH + Duration::from_micros(u64::try_from(mail.created_at).unwrap_or(0));
        let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        let language = if mail.language == "zh" { "zh-CN" } else { "en" };
        let mut builder = Message::builder();
        if !mail.unsubscribe_url.is_empty() {
            // RFC 8058: mail programs show a button, and whoever presses it leaves no page and needs no sign-in.
            builder = builder
                .raw_header(header("List-Unsubscribe", &format!("<{}>", mail.unsubscribe_url)))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        builder
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(line(&mail.subject))
            .date(written)
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", language))
            .multipart(
                MultiPart::alternative()
                    .boundary(format!("part-{}", mail.id.simple()))
                    .singlepart(SinglePart::plain(mail.body_text.clone()))
                    .singlepart(SinglePart::html(mail.body_html.clone())),
            )
            .map_err(|error| unfit(&error))
    }

    /// Says goodbye on the connections that are kept.
    pub async fn farewell(&self) {
        let connections = std::mem::take(&mut *self.idle());
        let quit = connections.into_iter().map(|mut connection| async move {
            let _ = connection.command(Quit).await;
        });
        let _ = tokio::time::timeout(FAREWELL, futures::future::join_all(quit)).await;
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an error says of the mail that it happened to.
fn failure(error: &Error) -> Failure {
    // 421: the server closes, whatever was asked.
    if error.status().is_some_and(|code| code.to_string() == "421") {
        Failure::Connection(reason(error))
    } else if error.is_transient() {
        Failure::Transient(reason(error))
    } else if error.is_permanent() {
        Failure::Permanent(reason(error))
    } else {
        Failure::Connection(reason(error))
    }
}

/// The same where the receiver was named: refused for good, it is the address – or the sender, by the server's policy,
/// which enhanced codes of the class 5.7 tell; of that the address knows nothing.
fn of_receiver(error: &Error) -> Failure {
    match failure(error) {
        Failure::Permanent(reason) if !reason.contains(" 5.7.") => Failure::Receiver(reason),
        other => other,
    }
}

/// An error as one line for the administrator.
fn reason(error: &Error) -> String {
    use std::error::Error as _;
    match (error.status(), error.source()) {
        (Some(code), Some(text)) => line(&format!("{code} {text}")),
        _ => line(&error.to_string()),
    }
}
