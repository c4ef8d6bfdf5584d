import Foundation

/// What a column of a customer list can hold. The raw value is the word for an explicit mapping.
public enum ImportField: String, Sendable, CaseIterable, Hashable {
    case name, kind, address, notes, source, classification
    /// Of the company itself, where another column holds its contact's.
    case companyPhone = "company_phone"
    case contactName = "contact_name"
    /// These belong to the contact of a company, or to the customer itself where the row names no contact.
    case position, phone, email, gender, birthday, hobbies, circumstances
    case bestTime = "best_time"
    case identityNumber = "identity_number"
    case responsibleName = "responsible_name"
    case responsiblePosition = "responsible_position"
    case responsiblePhone = "responsible_phone"
    case responsibleEmail = "responsible_email"
    case responsibleGender = "responsible_gender"
    case responsibleBirthday = "responsible_birthday"
    case responsibleBestTime = "responsible_best_time"
    // Of the first member of the family, the second and the third.
    case familyMemberName = "family_member_name"
    case familyMemberRelation = "family_member_relation"
    case familyMemberPhone = "family_member_phone"
    case familyMemberGender = "family_member_gender"
    case familyMemberBirthday = "family_member_birthday"
    case familyMemberBestTime = "family_member_best_time"
    case familyMemberHobbies = "family_member_hobbies"
    case familyMember2Name = "family_member_2_name"
    case familyMember2Relation = "family_member_2_relation"
    case familyMember2Phone = "family_member_2_phone"
    case familyMember2Gender = "family_member_2_gender"
    case familyMember2Birthday = "family_member_2_birthday"
    case familyMember2BestTime = "family_member_2_best_time"
    case familyMember2Hobbies = "family_member_2_hobbies"
    case familyMember3Name = "family_member_3_name"
    case familyMember3Relation = "family_member_3_relation"
    case familyMember3Phone = "family_member_3_phone"
    case familyMember3Gender = "family_member_3_gender"
    case familyMember3Birthday = "family_member_3_birthday"
    case familyMember3BestTime = "family_member_3_best_time"
    case familyMember3Hobbies = "family_member_3_hobbies"
    /// The column is left out on purpose.
    case ignored = "-"

    /// The field that a heading names; `nil` for an unknown one.
    init?(heading: String) {
        let key =
            heading.precomposedStringWithCompatibilityMapping.lowercased()
            .applyingTransform(StringTransform("Traditional-Simplified"), reverse: false) ?? heading
        guard let field = ImportField.headings[key.filter { $0.isLetter || $0.isNumber }] else { return nil }
        self = field
    }

    /// Headings without spaces and signs: `手机/电话` is `手机电话`.
    private static let headings: [String: ImportField] = {
        let words: [ImportField: String] = [
            .name: "客户名称 客户姓名 客户 姓名 名称 公司名称 单位名称 企业名称 公司 单位 name customer customername companyname",
            .kind: "类型 客户类型 客户类别 性质 客户性质 kind type customertype",
            .address: "地址 公司地址 联系地址 通讯地址 通信地址 家庭住址 住址 address",
            .notes: "备注 说明 附注 notes note remarks comments",
            .source: "来源 客户来源 渠道 source channel",
            .classification: "分类 客户分类 等级 客户等级 级别 classification class level",
            .companyPhone: "公司电话 单位电话 座机 总机 companyphone",
            .contactName: "联系人 对接人 联系人姓名 对接人姓名 contact contactname contactperson",
            .position: "职务 职位 岗位 职称 联系人职务 对接人职务 position title job",
            .phone: """
            手机电话 电话手机 手机 电话 手机号 手机号码 电话号码 联系电话 联系方式 移动电话 联系人电话 联系人手机 对接人电话
            phone mobile telephone tel phonenumber contactphone
            """,
            .email: "电子邮箱 邮箱 电子邮件 邮件 邮箱地址 联系人邮箱 对接人邮箱 email mail emailaddress contactemail",
            .gender: "性别 称谓 联系人性别 gender sex",
            .birthday: "出生日期 生日 出生年月日 出生年月 联系人生日 对接人生日 birthday dateofbirth birthdate dob",
            .bestTime: "方便联系时间 方便联系的时间 联系时间 方便时间 besttime besttimetocall contacttime",
            .hobbies: "爱好 兴趣爱好 兴趣 hobbies interests",
            .circumstances: "家庭情况 家庭状况 家庭 个人情况 family circumstances",
            .identityNumber: "身份证 身份证号 身份证号码 证件号 证件号码 idnumber identitynumber",
            .responsibleName: "负责人 负责人姓名 法人 法人代表 总经理 responsible responsiblename",
            .responsiblePosition: "负责人职务 负责人职位 responsibleposition",
            .responsiblePhone: "负责人电话 负责人手机 responsiblephone",
            .responsibleEmail: "负责人邮箱 responsibleemail",
            .responsibleGender: "负责人性别 responsiblegender",
            .responsibleBirthday: "负责人生日 负责人出生日期 responsiblebirthday",
            .responsibleBestTime: "负责人方便联系时间 responsiblebesttime",
        ]
        var headings: [String: ImportField] = [:]
        for (field, list) in words {
            headings[field.rawValue.filter { $0 != "_" }] = field
            for word in list.split(whereSeparator: \.isWhitespace) { headings[String(word)] = field }
        }
        for (number, member) in FamilyColumns.all.enumerated() {
            for (field, heading) in member.headings(of: number + 1) { headings[heading] = field }
        }
        return headings
    }()
}

/// Which column holds what.
public struct ImportMapping: Sendable, Equatable {
    /// The columns of the file in order, with the field of each; `nil` where the heading is unknown.
    public let columns: [Column]

    public struct Column: Sendable, Equatable {
        public let heading: String
        public let field: ImportField?
    }

    /// - Parameter explicit: heading → field, before the headings that are known.
    init(headings: [String], explicit: [String: ImportField]) {
        columns = headings.map { heading in
            let heading = heading.trimmingCharacters(in: .whitespacesAndNewlines)
            return Column(heading: heading, field: explicit[heading] ?? ImportField(heading: heading))
        }
    }

    /// Headings that name no known field; the import refuses to leave a column out unasked.
    public var unknown: [String] { columns.filter { $0.field == nil }.map(\.heading) }

    /// Fields that two columns claim.
    public var doubled: [ImportField] {
        let fields = columns.compactMap(\.field).filter { $0 != .ignored }
        return Dictionary(grouping: fields) { $0 }.filter { $0.value.count > 1 }.keys
            .sorted { $0.rawValue < $1.rawValue }
    }

    /// Why an import with these columns is refused, all at once.
    public var refusals: [ImportRefusal] {
        (hasName ? [] : [.noName]) + (unknown.isEmpty ? [] : [.unknownColumns(unknown)])
            + (doubled.isEmpty ? [] : [.doubledColumns(doubled)])
    }

    public var hasName: Bool { columns.contains { $0.field == .name } }
}
