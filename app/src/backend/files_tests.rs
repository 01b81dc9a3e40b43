use super::*;

fn folder() -> PathBuf {
    let path = std::env::temp_dir().join(format!("files-{}", hex::encode(clock::random::<6>())));
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn chunks(parts: &[&[u8]]) -> impl Stream<Item = Result<Bytes>> + use<> {
    let parts: Vec<_> = parts.iter().map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    futures::stream::iter(parts)
}

async fn content(store: &FileStore, sha256: &str) -> Option<Vec<u8>> {
    let (size, stream) = store.read(sha256).await.unwrap()?;
    let bytes = stream.try_fold(Vec::new(), |mut all, chunk| async move {
        all.extend(chunk);
        Ok(all)
    });
    let bytes = bytes.await.unwrap();
    assert_eq!(bytes.len() as u64, size);
    Some(bytes)
}

fn waiting(store: &FileStore) -> usize {
    std::fs::read_dir(&store.0.incoming).map_or(0, Iterator::count)
}

#[test]
fn a_place_is_a_folder_or_a_bucket() {
    assert_eq!(Place::parse("data/x"), Ok(Place::Folder("data/x".into())));
    let bucket = |name: &str, prefix: &str| Ok(Place::Bucket { name: name.into(), prefix: prefix.into() });
    assert_eq!(Place::parse("s3://hope/a/b/"), bucket("hope", "a/b"));
    assert_eq!(Place::parse("s3://hope-city"), bucket("hope-city", ""));
    for wrong in ["", "s3://", "s3://UPPER/x", "https://hope.example/x", "s3://a b/c", "s3://hope/a//b"] {
        assert!(Place::parse(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_content_is_kept_once_and_comes_back() {
    let home = folder();
    for store in [FileStore::open(&Place::Folder(home.clone()), &home).unwrap(), FileStore::in_memory()] {
        store.check().await.unwrap();
        let large = vec![7; PART + 3 * CHUNK + 5];
        for parts in [vec![b"one ".as_slice(), b"two"], vec![&large[..1000], &large[1000..]]] {
            let (one, two) =
                (store.receive(chunks(&parts), 1 << 30).await, store.receive(chunks(&parts), 1 << 30).await);
            let (one, two) = (one.unwrap(), two.unwrap());
            assert_eq!((&one.sha256, one.size), (&two.sha256, two.size));
            assert_eq!(one.sha256, hex::encode(Sha256::digest(parts.concat())));
            let (a, b) = tokio::join!(store.put(&one), store.put(&two));
            assert!(a.is_ok() && b.is_ok());
            store.put(&one).await.unwrap();
            assert_eq!(content(&store, &one.sha256).await, Some(parts.concat()));
            let after = Timestamp(i64::MAX);
            assert_eq!(store.older_than(after).await.unwrap(), std::slice::from_ref(&one.sha256));
            store.delete(&one.sha256).await.unwrap();
            store.delete(&one.sha256).await.unwrap();
            assert_eq!(content(&store, &one.sha256).await, None);
        }
        assert_eq!(waiting(&store), 0, "what was put has left");
    }
    std::fs::remove_dir_all(home).unwrap();
}

#[tokio::test]
async fn a_broken_upload_leaves_nothing() {
    let home = folder();
    let store = FileStore::open(&Place::Folder(home.clone()), &home).unwrap();
    let large = store.receive(chunks(&[b"12345", b"67890"]), 9).await;
    assert_eq!(large.unwrap_err(), FileProblem::TooLarge.into());
    assert!(store.receive(chunks(&[b"12345", b"6789"]), 9).await.is_ok());
    let broken = chunks(&[b"12345"]).chain(futures::stream::iter([Err(FileProblem::Incomplete.into())]));
    assert_eq!(store.receive(broken, 9).await.unwrap_err(), FileProblem::Incomplete.into());
    // The visitor leaves: whoever waits for their next bytes is dropped.
    let asked = tokio::sync::Notify::new();
    let stuck = chunks(&[b"12345"]).chain(futures::stream::poll_fn(|_| {
        asked.notify_one();
        std::task::Poll::Pending
    }));
    tokio::select! {
        _ = store.receive(stuck, 9) => panic!("it waits for the rest"),
        () = async {
            asked.notified().await;
            assert_eq!(waiting(&store), 1, "the beginning lies there");
        } => {}
    }
    assert_eq!(waiting(&store), 0);

    std::fs::write(store.0.incoming.join("left"), b"x").unwrap();
    assert_eq!(store.tidy(Timestamp(0)).await.unwrap(), 0);
    assert_eq!(store.tidy(Timestamp(i64::MAX)).await.unwrap(), 1);
    assert_eq!(waiting(&store), 0);
    std::fs::remove_dir_all(home).unwrap();
}

#[tokio::test]
async fn a_damaged_content_is_replaced_by_a_whole_one() {
    let home = folder();
    let store = FileStore::open(&Place::Folder(home.clone()), &home).unwrap();
    let file = store.receive(chunks(&[b"whole"]), 9).await.unwrap();
    store.put(&file).await.unwrap();
    let path = home.canonicalize().unwrap().join(&file.sha256[..2]).join(&file.sha256);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, b"who").unwrap();
    store.put(&file).await.unwrap();
    assert_eq!(content(&store, &file.sha256).await.as_deref(), Some(b"whole".as_slice()));
    std::fs::remove_dir_all(home).unwrap();
}
