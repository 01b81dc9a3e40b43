//! The disk is full, and freed again.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::harness::{Kind, Place, Serving};

/// A small disk in memory, mounted in the place's folder. None where one may not mount.
struct Disk(std::path::PathBuf);

impl Disk {
    fn mount(place: &Place) -> Option<Self> {
        let folder = place.folder.join("disk");
        std::fs::create_dir_all(&folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(&folder).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let mut place = Place::make(Kind::Sqlite).await.unwrap();
    let Some(disk) = Disk::mount(&place) else {
        println!("not done: no disk may be mounted here");
        return;
    };
    place.url = format!("sqlite://{}/portal.db", disk.0.display());
    place.add_user();
    let serving = Serving::start(&place).await;
    let cookie = serving.sign_in().await;
    let create = async |number: usize| {
        let about = "x".repeat(4000);
        let body = format!("name_en=Full+{number}&kinds%5B%5D=agent&stage=target&about={about}");
        let answer = serving.post("/api/companies/create", &cookie, &body).await.unwrap();
        answer[9..12].parse::<u16>().unwrap()
    };
    let mut stored = 0;
    for number in 0..20 {
        assert_eq!(create(number).await, 303);
        stored += 1;
    }
    let ballast = disk.0.join("ballast");
    // Everything that is left is taken by something else.
    let filled = Command::new("dd")
        .args(["if=/dev/zero", "bs=4k"])
        .arg(format!("of={}", ballast.display()))
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(!filled.success(), "the disk is full");
    let mut refused = 0;
    for number in 20..220 {
        match create(number).await {
            303 => stored += 1,
            503 => refused += 1,
            other => panic!("{other}"),
        }
        if refused > 20 {
            break;
        }
    }
    assert!(refused > 20, "a full disk was noticed");
    assert_eq!(serving.companies(&cookie).await, stored, "what was stored is shown while the disk is full");
    std::fs::remove_file(&ballast).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for number in 300..320 {
        assert_eq!(create(number).await, 303, "freed, it writes again");
        stored += 1;
    }
    println!("{refused} writes refused while the disk was full; {stored} stored");
    assert_eq!(serving.companies(&cookie).await, stored);
    drop(serving);
    assert_eq!(place.journal_holds(), stored + 2);
}
