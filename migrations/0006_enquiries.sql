-- The working calendar, absences, and enquiries with their two clocks.

-- When work is done on a working day, in minutes after midnight in the zone (Asia/Shanghai). A make-up working day has the
-- same hours. Which days of the week are worked is the setting 'calendar.weekdays' (1 is Monday).
CREATE TABLE calendar_hours (
    from_minute BIGINT PRIMARY KEY,
    to_minute BIGINT NOT NULL
);
INSERT INTO calendar_hours (from_minute, to_minute) VALUES (540, 720), (870, 1050);
INSERT INTO settings (name, value) VALUES ('calendar.weekdays', '1 2 3 4 5');

-- 'workday': a day of the weekend that is worked, for a holiday that was moved (调休).
CREATE TABLE calendar_day_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO calendar_day_kinds (kind) VALUES ('holiday'), ('workday');

-- Days that are not what their day of the week says.
CREATE TABLE calendar_days (
    date TEXT PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES calendar_day_kinds (kind),
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    -- The notice that says so.
    source TEXT NOT NULL
);

-- 国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25
INSERT INTO calendar_days (date, kind, name_en, name_zh, source) VALUES
    ('2024-01-01', 'holiday', 'New Year''s Day', '元旦', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-04', 'workday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-10', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-11', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-12', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-13', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-14', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-15', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-16', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-17', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-02-18', 'workday', 'Spring Festival', '春节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-04-04', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-04-05', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-04-06', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-04-07', 'workday', 'Qingming Festival', '清明节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-04-28', 'workday', 'Labour Day', '劳动节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-05-01', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-05-02', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-05-03', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-05-04', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-05-05', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-05-11', 'workday', 'Labour Day', '劳动节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-06-10', 'holiday', 'Dragon Boat Festival', '端午节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-09-14', 'workday', 'Mid-Autumn Festival', '中秋节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-09-15', 'holiday', 'Mid-Autumn Festival', '中秋节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-09-16', 'holiday', 'Mid-Autumn Festival', '中秋节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-09-17', 'holiday', 'Mid-Autumn Festival', '中秋节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-09-29', 'workday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-10-01', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-10-02', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-10-03', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-10-04', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-10-05', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-10-06', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-10-07', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25'),
    ('2024-10-12', 'workday', 'National Day', '国庆节', '国务院办公厅关于2024年部分节假日安排的通知，国办发明电〔2023〕7号，2023-10-25');
-- 国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12
INSERT INTO calendar_days (date, kind, name_en, name_zh, source) VALUES
    ('2025-01-01', 'holiday', 'New Year''s Day', '元旦', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-01-26', 'workday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-01-28', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-01-29', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-01-30', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-01-31', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-02-01', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-02-02', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-02-03', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-02-04', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-02-08', 'workday', 'Spring Festival', '春节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-04-04', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-04-05', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-04-06', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-04-27', 'workday', 'Labour Day', '劳动节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-05-01', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-05-02', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-05-03', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-05-04', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-05-05', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-05-31', 'holiday', 'Dragon Boat Festival', '端午节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-06-01', 'holiday', 'Dragon Boat Festival', '端午节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-06-02', 'holiday', 'Dragon Boat Festival', '端午节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-09-28', 'workday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-01', 'holiday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-02', 'holiday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-03', 'holiday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-04', 'holiday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-05', 'holiday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-06', 'holiday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-07', 'holiday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-08', 'holiday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12'),
    ('2025-10-11', 'workday', 'National Day and Mid-Autumn Festival', '国庆节、中秋节', '国务院办公厅关于2025年部分节假日安排的通知，国办发明电〔2024〕12号，2024-11-12');
-- 国务院办公厅关于2026年部分节假日安排的通知，2025-11-04
INSERT INTO calendar_days (date, kind, name_en, name_zh, source) VALUES
    ('2026-01-01', 'holiday', 'New Year''s Day', '元旦', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-01-02', 'holiday', 'New Year''s Day', '元旦', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-01-03', 'holiday', 'New Year''s Day', '元旦', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-01-04', 'workday', 'New Year''s Day', '元旦', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-14', 'workday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-15', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-16', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-17', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-18', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-19', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-20', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-21', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-22', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-23', 'holiday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-02-28', 'workday', 'Spring Festival', '春节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-04-04', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-04-05', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-04-06', 'holiday', 'Qingming Festival', '清明节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-05-01', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-05-02', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-05-03', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-05-04', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-05-05', 'holiday', 'Labour Day', '劳动节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-05-09', 'workday', 'Labour Day', '劳动节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-06-19', 'holiday', 'Dragon Boat Festival', '端午节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-06-20', 'holiday', 'Dragon Boat Festival', '端午节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-06-21', 'holiday', 'Dragon Boat Festival', '端午节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-09-20', 'workday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-09-25', 'holiday', 'Mid-Autumn Festival', '中秋节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-09-26', 'holiday', 'Mid-Autumn Festival', '中秋节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-09-27', 'holiday', 'Mid-Autumn Festival', '中秋节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-10-01', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-10-02', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-10-03', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-10-04', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-10-05', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-10-06', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-10-07', 'holiday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04'),
    ('2026-10-10', 'workday', 'National Day', '国庆节', '国务院办公厅关于2026年部分节假日安排的通知，2025-11-04');

-- From the first to the last of these days, in the zone, somebody else acts for a person.
CREATE TABLE absences (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    deputy_id UUID NOT NULL REFERENCES accounts (id),
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX absences_account ON absences (account_id, until);

-- Within so many working hours an enquiry is acknowledged, and answered.
INSERT INTO settings (name, value) VALUES ('enquiry.acknowledge_hours', '4'), ('enquiry.answer_hours', '16');

CREATE TABLE enquiry_states (
    state TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO enquiry_states (state, position) VALUES
    ('received', 1), ('acknowledged', 2), ('screened', 3), ('assigned', 4), ('answered', 5), ('followed_up', 6),
    ('converted', 7), ('closed', 8);

CREATE TABLE enquiry_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO enquiry_kinds (kind) VALUES
    ('investment'), ('product'), ('medical_tourism'), ('cooperation'), ('event'), ('other');

CREATE TABLE enquiry_channels (
    channel TEXT PRIMARY KEY
);
INSERT INTO enquiry_channels (channel) VALUES
    ('form'), ('phone'), ('mail'), ('exhibition'), ('visit'), ('other');

CREATE TABLE enquiry_priorities (
    priority TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO enquiry_priorities (priority, position) VALUES ('high', 1), ('normal', 2), ('low', 3);

CREATE TABLE enquiry_close_reasons (
    reason TEXT PRIMARY KEY
);
INSERT INTO enquiry_close_reasons (reason) VALUES
    ('settled'), ('no_reply'), ('not_for_us'), ('withdrawn'), ('spam'), ('duplicate'), ('other');

-- The last number given in a year. Its row is held while a number is given, so that no two are alike.
CREATE TABLE enquiry_numbers (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE enquiries (
    id UUID PRIMARY KEY,
    -- 'EN-2026-0007'
    number TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL REFERENCES enquiry_channels (channel),
    kind TEXT NOT NULL REFERENCES enquiry_kinds (kind),
    state TEXT NOT NULL REFERENCES enquiry_states (state),
    priority TEXT NOT NULL REFERENCES enquiry_priorities (priority),
    -- Who asks. Empty once the person was forgotten.
    name TEXT NOT NULL,
    company TEXT NOT NULL,
    country TEXT REFERENCES countries (code),
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    message TEXT NOT NULL,
    search_text TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    -- Who wrote it down; none when it came by the form.
    recorded_by UUID REFERENCES accounts (id),
    -- When a person, not the portal, first acknowledged and answered it.
    acknowledged_at BIGINT,
    screened_at BIGINT,
    answered_at BIGINT,
    assignee_id UUID REFERENCES accounts (id),
    -- The absent person for whom the assignee acts.
    assigned_for_id UUID REFERENCES accounts (id),
    -- What it became.
    company_id UUID REFERENCES companies (id),
    duplicate_of_id UUID REFERENCES enquiries (id),
    close_reason TEXT REFERENCES enquiry_close_reasons (reason),
    next_on TEXT NOT NULL,
    -- The clocks count from here: when it was received, or reopened.
    clock_from BIGINT NOT NULL,
    acknowledge_due_at BIGINT NOT NULL,
    answer_due_at BIGINT NOT NULL,
    -- The earlier end of the clocks that still run; past all time when none does, so that it sorts last.
    due_at BIGINT NOT NULL,
    -- When somebody was told that a clock had run out: once, whatever happens later.
    acknowledge_told_at BIGINT,
    answer_told_at BIGINT,
    forgotten_at BIGINT,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX enquiries_due ON enquiries (due_at, received_at);
CREATE INDEX enquiries_state ON enquiries (state);
CREATE INDEX enquiries_assignee ON enquiries (assignee_id, due_at);
CREATE INDEX enquiries_email ON enquiries (email_folded, received_at);
CREATE INDEX enquiries_company ON enquiries (company_id);

-- What was said about an enquiry: to the person ('acknowledgement', 'answer'), or among staff ('note').
CREATE TABLE enquiry_message_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO enquiry_message_kinds (kind) VALUES ('acknowledgement'), ('answer'), ('note');

CREATE TABLE enquiry_messages (
    id UUID PRIMARY KEY,
    enquiry_id UUID NOT NULL REFERENCES enquiries (id),
    kind TEXT NOT NULL REFERENCES enquiry_message_kinds (kind),
    by_id UUID NOT NULL REFERENCES accounts (id),
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- The mail that brought it; none when it was said another way.
    mail_id UUID
);
CREATE INDEX enquiry_messages_enquiry ON enquiry_messages (enquiry_id, at);

-- Enquiries sent by the form, for a day: from one network, and to one address, there are only so many.
CREATE TABLE enquiry_attempts (
    id UUID PRIMARY KEY,
    network TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX enquiry_attempts_network ON enquiry_attempts (network, at);
CREATE INDEX enquiry_attempts_email ON enquiry_attempts (email_folded, at);
CREATE INDEX enquiry_attempts_at ON enquiry_attempts (at);
