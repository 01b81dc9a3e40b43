//! The words that the rules for names know. All are folded: lower case, without accents and dots.

/// Legal forms as they end a name, and what each is; an empty one is noise. Conjunctions are left out before.
pub(super) const FORMS: &[(&str, &str)] = &[
    // Britain, Ireland, the Commonwealth
    ("limited", "ltd"), ("ltd", "ltd"), ("plc", "plc"), ("public limited company", "plc"), ("llp", "llp"), ("lp", "lp"),
    ("dac", "dac"), ("designated activity company", "dac"), ("uc", "uc"), ("unlimited company", "uc"), ("ulc", "uc"),
    ("clg", "clg"), ("pty ltd", "pty ltd"), ("pty limited", "pty ltd"), ("pty", "pty ltd"), ("pte ltd", "pte ltd"),
    ("pvt ltd", "pvt ltd"), ("private limited", "pvt ltd"), ("sdn bhd", "sdn bhd"), ("bhd", "bhd"),
    // America
    ("inc", "inc"), ("incorporated", "inc"), ("corp", "corp"), ("corporation", "corp"), ("llc", "llc"), ("pc", "pc"),
    ("co", "co"), ("company", "co"), ("ca", "co"), ("cia", "co"), ("cie", "co"), ("companhia", "co"), ("compania", "co"),
    // Germany, Austria, Switzerland
    ("gmbh", "gmbh"), ("gesellschaft mbh", "gmbh"), ("gesmbh", "gmbh"), ("mbh", "gmbh"), ("ag", "ag"), ("kg", "kg"),
    ("gmbh co kg", "gmbh co kg"), ("gmbh kg", "gmbh co kg"), ("mbh co kg", "gmbh co kg"), ("ag co kg", "ag co kg"),
    ("kgaa", "kgaa"), ("ag co kgaa", "kgaa"), ("se", "se"), ("ug", "ug"), ("ohg", "ohg"), ("ev", "ev"), ("eg", "eg"),
    ("se co kg", "se co kg"), ("anstalt", "anstalt"), ("aktiengesellschaft", "ag"),
    // The north
    ("as", "as"), ("aps", "aps"), ("ab", "ab"), ("ab publ", "ab"), ("publ", ""), ("oy", "oy"), ("oyj", "oyj"), ("asa", "asa"),
    ("amba", "amba"), ("hf", "hf"), ("ehf", "ehf"), ("ivs", "ivs"), ("ks", "ks"), ("aktieselskab", "as"),
    ("aktiebolag", "ab"), ("uab", "uab"), ("ou", "ou"), ("sia", "sia"),
    // France, Belgium, the Netherlands, Luxembourg
    ("sa", "sa"), ("sas", "sas"), ("sasu", "sas"), ("sarl", "sarl"), ("snc", "snc"), ("sca", "sca"), ("sci", "sci"),
    ("societe anonyme", "sa"), ("bv", "bv"), ("nv", "nv"), ("sprl", "sprl"), ("bvba", "bvba"), ("srl", "srl"), ("scrl", "scrl"),
    ("cvba", "cvba"), ("bv bvba", "bvba"), ("vof", "vof"), ("cv", "cv"), ("eeig", "eeig"), ("eesv", "eeig"), ("geie", "eeig"),
    // Italy, Spain, Portugal, Latin America
    ("spa", "spa"), ("srl su", "srl"), ("srlsu", "srl"), ("sapa", "sapa"), ("ets", "ets"), ("onlus", "onlus"), ("sl", "sl"),
    ("slu", "slu"), ("sau", "sau"), ("slp", "slp"), ("lda", "lda"), ("ltda", "ltda"), ("unipessoal lda", "lda"),
    ("unipessoal ltda", "ltda"), ("sa de cv", "sa de cv"), ("sadecv", "sa de cv"), ("sociedad limitada", "sl"),
    ("sociedad anonima", "sa"),
    // The east
    ("sp zoo", "sp zoo"), ("spzoo", "sp zoo"), ("sp z oo", "sp zoo"), ("zoo", "sp zoo"), ("spolka akcyjna", "sa"), ("sro", "sro"),
    ("spol sro", "sro"), ("kft", "kft"), ("zrt", "zrt"), ("nyrt", "nyrt"), ("rt", "rt"), ("doo", "doo"), ("dd", "dd"), ("ad", "ad"),
    ("ead", "ead"), ("eood", "eood"), ("ood", "ood"), ("ooo", "ooo"), ("oao", "oao"), ("pao", "pao"), ("jsc", "jsc"), ("llc ooo", "ooo"),
    ("ae", "ae"), ("epe", "epe"), ("anonim sirketi", "as"), ("ltd sti", "ltd sti"), ("limited sirketi", "ltd sti"),
    // Asia
    ("kk", "kk"), ("kabushiki kaisha", "kk"), ("gk", "gk"), ("pt", "pt"), ("jsc jsc", "jsc"), ("株式会社", "kk"),
    // A group is not the company at its head, and often is called so.
    ("group", "group"), ("groupe", "group"), ("gruppe", "group"), ("gruppo", "group"), ("grupo", "group"),
];

/// What territories are called; an empty one is noise.
pub(super) const TERRITORIES: &[(&str, &str)] = &[
    ("international", "international intl internacional internationale internazionale worldwide global"),
    ("europe", "europe europa eu european emea"),
    ("asia", "asia apac"),
    ("americas", "americas"),
    ("de", "germany deutschland german"),
    ("at", "austria osterreich oesterreich"),
    ("ch", "switzerland schweiz suisse svizzera swiss"),
    ("fr", "france"),
    ("be", "belgium belgie belgique belgien"),
    ("nl", "netherlands nederland nl holland"),
    ("lu", "luxembourg luxemburg"),
    ("ie", "ireland irl ire"),
    ("gb", "uk gb britain"),
    ("es", "spain espana iberia iberica"),
    ("pt", "portugal"),
    ("it", "italy italia"),
    ("dk", "denmark danmark"),
    ("se", "sweden sverige"),
    ("no", "norway norge"),
    ("fi", "finland suomi"),
    ("is", "iceland"),
    ("pl", "poland polska"),
    ("cz", "cz czech czechia ceska"),
    ("sk", "slovakia slovensko"),
    ("hu", "hungary magyarorszag hungaria"),
    ("ro", "romania"),
    ("bg", "bulgaria"),
    ("gr", "greece hellas"),
    ("cy", "cyprus"),
    ("mt", "malta"),
    ("tr", "turkey turkiye"),
    ("ru", "russia"),
    ("us", "usa us america"),
    ("ca", "canada"),
    ("mx", "mexico"),
    ("br", "brazil brasil"),
    ("in", "india"),
    ("jp", "japan"),
    ("kr", "korea"),
    ("cn", "china prc"),
    ("hk", "hongkong hk"),
    ("tw", "taiwan"),
    ("sg", "singapore"),
    ("au", "australia"),
    ("shanghai", "shanghai"),
    ("beijing", "beijing"),
    ("suzhou", "suzhou"),
    ("hangzhou", "hangzhou"),
    ("guangzhou", "guangzhou"),
    ("shenzhen", "shenzhen"),
    ("wuxi", "wuxi"),
    ("tianjin", "tianjin"),
    ("hainan", "hainan"),
    ("dubai", "dubai"),
    ("", "branch republika"),
];

/// Legal forms of Chinese and Japanese names, the longer ones first.
pub(super) const ZH_FORMS: &[(&str, &str)] = &[
    ("集团股份有限公司", "集团股份"), ("股份有限公司", "股份"), ("有限责任公司", "有限"), ("集团有限公司", "集团有限"),
    ("有限公司", "有限"), ("集团公司", "集团"), ("分公司", "分"), ("代表处", "代表处"), ("办事处", "代表处"), ("集团", "集团"),
    ("公司", ""), ("株式会社", "kk"),
];

/// Places in Chinese names, and their territories.
pub(super) const ZH_PLACES: &[(&str, &str)] = &[
    ("中国", "cn"), ("上海", "shanghai"), ("北京", "beijing"), ("苏州", "suzhou"), ("杭州", "hangzhou"), ("广州", "guangzhou"),
    ("深圳", "shenzhen"), ("无锡", "wuxi"), ("天津", "tianjin"), ("海南", "hainan"), ("海口", "haikou"), ("重庆", "chongqing"),
    ("成都", "chengdu"), ("南京", "nanjing"), ("武汉", "wuhan"), ("香港", "hk"), ("台湾", "tw"), ("浙江", "zhejiang"),
    ("江苏", "jiangsu"), ("广东", "guangdong"), ("山东", "shandong"), ("四川", "sichuan"), ("德国", "de"), ("法国", "fr"),
    ("美国", "us"), ("日本", "jp"), ("丹麦", "dk"), ("瑞士", "ch"), ("英国", "gb"), ("亚太", "asia"),
];

/// Words before a name that are not its own.
pub(super) const LEADING: &[&str] = &[
    "the", "les", "dr", "laboratoire", "laboratoires", "laboratorios", "laboratorio", "laboratori", "laboratories",
    "istituto", "instituto", "institut",
];

/// Words of the trade: they follow a name and tell nobody apart.
pub(super) const GENERIC: &[&str] = &[
    "pharma", "pharmaceutical", "pharmaceuticals", "pharmaceutica", "pharmaceutique", "farma", "farmaceutica", "farmaceutici",
    "farmaceuticos", "farmaceutiche", "arzneimittel", "pharm", "biopharma", "biopharmaceutical", "biopharmaceuticals", "health",
    "healthcare", "care", "medical", "medicine", "medicines", "medicament", "therapeutics", "therapies", "therapeutic", "bio",
    "biotech", "biotechnology", "biotechnologies", "biosciences", "bioscience", "biologics", "biologicals", "biotherapeutics",
    "laboratories", "laboratory", "laboratoire", "laboratoires", "labs", "lab", "sciences", "science", "life", "lifesciences",
    "technologies", "technology", "tech", "products", "industries", "industrie", "industrial", "services", "solutions", "systems",
    "holding", "holdings", "trading", "registration", "regulatory", "manufacturing", "distribution", "operations", "research",
    "development", "centre", "center", "animal", "animale", "human", "sante", "vaccines", "vaccine", "diagnostics", "devices",
    "consulting", "consumer", "veterinary", "generics", "oncology", "rare", "diseases", "enterprises", "partners", "ventures",
    "capital", "hospital", "clinic", "university", "institute", "instruments", "trade", "import", "export",
];

/// First words that many companies have which have nothing to do with each other.
pub(super) const COMMON: &[&str] = &[
    "advanced", "american", "applied", "asia", "asian", "associated", "atlantic", "blue", "british", "canadian", "cancer",
    "central", "chemical", "china", "chinese", "clinical", "danish", "digital", "direct", "dutch", "east", "eastern", "euro",
    "european", "europe", "east", "essential", "first", "french", "future", "general", "genetic", "german", "global", "golden",
    "good", "grand", "great", "green", "hainan", "imperial", "indian", "integrated", "inter", "international", "italian", "japan",
    "japanese", "korea", "korean", "legacy", "life", "medical", "modern", "molecular", "national", "nature", "natural", "neuro",
    "nordic", "north", "northern", "nova", "novel", "only", "orphan", "pacific", "pharma", "premier", "prime", "pure", "rare",
    "royal", "shanghai", "beijing", "silver", "smart", "south", "southern", "spanish", "standard", "star", "summit", "super",
    "swedish", "swiss", "total", "trans", "trust", "united", "universal", "vita", "west", "western", "world", "young", "zhejiang",
    "jiangsu", "guangdong", "shandong", "clean", "core", "health", "heart", "human", "care", "city", "company", "delta", "alpha",
    "omega", "sigma", "beta", "gamma",
];

/// Names that begin alike and are of two groups: the shorter, and how the longer begins.
pub(super) const APART: &[(&str, &str)] = &[("merck", "merck sharp"), ("merck serono", "merck sharp")];

/// Hosts where anybody has a page.
pub(super) const SHARED_HOSTS: &[&str] = &[
    "linkedin.com", "facebook.com", "wikipedia.org", "alibaba.com", "1688.com", "weibo.com", "qq.com", "163.com", "github.io",
    "google.com", "wordpress.com", "wixsite.com", "x.com", "twitter.com", "youtube.com", "instagram.com", "europa.eu",
];
