//! A gauge of what is under way.

/// Counts up when it is made and down when it is dropped, however that comes about.
#[derive(Debug)]
pub struct UnderWay(&'static str);

impl UnderWay {
    pub fn new(gauge: &'static str) -> Self {
        metrics::gauge!(gauge).increment(1.0);
        Self(gauge)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        metrics::gauge!(self.0).decrement(1.0);
    }
}
