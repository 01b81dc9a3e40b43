//! What the front page says of the zone: public facts, each with its date and source.

/// A figure, what it counts in English and Chinese, as of when, and where it was published.
pub(super) struct Figure {
    pub(super) value: &'static str,
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
    /// ISO date.
    pub(super) as_of: &'static str,
    pub(super) source: &'static str,
}

/// Something that happened, on a day.
pub(super) struct Milestone {
    /// ISO date.
    pub(super) date: &'static str,
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
    pub(super) source: &'static str,
}

pub(super) const INTRODUCTION_EN: &str = "Boao Lecheng International Medical Tourism Pilot Zone, known as Boao Hope City, is China's special medical zone in the Hainan Free Trade Port, approved by the State Council on 28 February 2013. Medicines and medical devices authorised abroad and urgently needed in clinical use can, once approved, be used here first, and real-world data from their use can support their registration in China.";
pub(super) const INTRODUCTION_ZH: &str = "博鳌乐城国际医疗旅游先行区于2013年2月28日经国务院批准设立，是海南自由贸易港内的“医疗特区”。境外已上市的临床急需药械经批准可在此先行使用，使用中产生的真实世界数据可用于支持相关产品在国内注册上市。";

pub(super) const FIGURES: [Figure; 6] = [
    Figure {
        value: "170+",
        en: "pharmaceutical and medical device companies in partnership",
        zh: "合作药械企业（家）",
        as_of: "2023-10-28",
        source: "Media OutReach Newswire, 28 October 2023",
    },
    Figure {
        value: "20+",
        en: "countries and regions of partner companies",
        zh: "合作企业来源国家和地区（个）",
        as_of: "2023-10-28",
        source: "Media OutReach Newswire, 28 October 2023",
    },
    Figure {
        value: "350+",
        en: "urgently needed imported medical products introduced",
        zh: "引进临床急需进口药械（种）",
        as_of: "2023-10-28",
        source: "Media OutReach Newswire, 28 October 2023",
    },
    Figure {
        value: "12",
        en: "products registered in China with real-world evidence",
        zh: "利用真实世界证据在国内获批上市的产品（个）",
        as_of: "2023-10-28",
        source: "Media OutReach Newswire, 28 October 2023",
    },
    Figure {
        value: "9",
        en: "supporting policies granted by the State Council with the approval of the zone",
        zh: "国务院批准设立先行区时赋予的支持政策（条）",
        as_of: "2013-02-28",
        source: "China News Service, 17 June 2020",
    },
    Figure {
        value: "1.6",
        en: "days on average for a non-first approval",
        zh: "非首次审批平均用时（天）",
        as_of: "2022-07-13",
        source: "China News Service Hainan, 13 July 2022",
    },
];

pub(super) const MILESTONES: [Milestone; 7] = [
    Milestone {
        date: "2013-02-28",
        en: "The State Council approves the Boao Lecheng International Medical Tourism Pilot Zone and grants it nine policies.",
        zh: "国务院批准设立博鳌乐城国际医疗旅游先行区，并赋予九条支持政策。",
        source: "China News Service, 17 June 2020",
    },
    Milestone {
        date: "2020-03-26",
        en: "The XEN glaucoma gel stent becomes the first product approved by the NMPA with real-world evidence.",
        zh: "青光眼引流管获国家药监局批准上市，成为国内首个利用真实世界证据获批上市的产品。",
        source: "realworlddatabase.com; nsmedicaldevices.com",
    },
    Milestone {
        date: "2020-06-17",
        en: "First uses of licensed imported medical devices in the zone are reported to have reached 100.",
        zh: "据报道，先行区特许进口医疗器械首例使用累计达100例。",
        source: "China News Service, 17 June 2020",
    },
    Milestone {
        date: "2022-06-27",
        en: "The zone administration and Shanghai Fosun Pharmaceutical sign a cooperation agreement.",
        zh: "先行区管理局与上海复星医药签署合作协议。",
        source: "NetEase, 27 June 2022",
    },
    Milestone {
        date: "2023-08-10",
        en: "Medi Center, Bee Tech, the Lecheng Central Pharmacy and Fosun Kite sign a four-party strategic cooperation agreement.",
        zh: "Medi Center、Bee Tech、乐城中心药房与复星凯特签署四方战略合作协议。",
        source: "en.lecityhn.com, 18 August 2023",
    },
    Milestone {
        date: "2023-10-12",
        en: "At the Lecheng promotion conference during the visit to Denmark on 12 and 13 October, the zone administration, the Danish Life Science Cluster and NLSP sign a three-party strategic cooperation agreement.",
        zh: "10月12日至13日，海南省代表团访问丹麦并举办乐城推介会，其间先行区管理局与丹麦生命科学集群、北欧生命科学合作伙伴有限公司签署三方战略合作协议。",
        source: "Media OutReach Newswire, 28 October 2023",
    },
    Milestone {
        date: "2023-11-06",
        en: "MSD (Hainan) Innovative Medical Co is unveiled at the sixth China International Import Expo as the first subsidiary of a wholly foreign-owned pharmaceutical company in Hainan.",
        zh: "默沙东海南子公司在第六届中国国际进口博览会上揭牌，系外商独资药企在海南设立的首家子公司。",
        source: "Hainan Daily",
    },
];
