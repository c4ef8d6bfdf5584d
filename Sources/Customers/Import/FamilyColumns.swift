/// The columns of one member of the family; what a list says of each is what the file's form asks.
struct FamilyColumns: Sendable {
    let name: ImportField
    let relation: ImportField
    let phone: ImportField
    let gender: ImportField
    let birthday: ImportField
    let bestTime: ImportField
    let hobbies: ImportField

    /// As many as a new file's form offers.
    static let all = [
        FamilyColumns(
            name: .familyMemberName, relation: .familyMemberRelation, phone: .familyMemberPhone,
            gender: .familyMemberGender, birthday: .familyMemberBirthday, bestTime: .familyMemberBestTime,
            hobbies: .familyMemberHobbies),
        FamilyColumns(
            name: .familyMember2Name, relation: .familyMember2Relation, phone: .familyMember2Phone,
            gender: .familyMember2Gender, birthday: .familyMember2Birthday, bestTime: .familyMember2BestTime,
            hobbies: .familyMember2Hobbies),
        FamilyColumns(
            name: .familyMember3Name, relation: .familyMember3Relation, phone: .familyMember3Phone,
            gender: .familyMember3Gender, birthday: .familyMember3Birthday, bestTime: .familyMember3BestTime,
            hobbies: .familyMember3Hobbies),
    ]

    /// All but the name.
    var details: [ImportField] { [relation, phone, gender, birthday, bestTime, hobbies] }

    var fields: Set<ImportField> { Set([name] + details) }

    /// Headings without spaces and signs, the number before the last word or behind it; the first member needs none.
    func headings(of number: Int) -> [(field: ImportField, heading: String)] {
        let words: [(ImportField, [String])] = [
            (name, ["", "姓名", "名字"]), (relation, ["关系", "称谓", "与客户关系"]), (phone, ["电话", "手机", "联系电话", "手机号"]),
            (gender, ["性别"]), (birthday, ["生日", "出生日期"]), (bestTime, ["方便联系时间"]), (hobbies, ["爱好", "兴趣爱好"]),
        ]
        var headings: [(field: ImportField, heading: String)] = []
        for (field, endings) in words {
            for ending in endings {
                for person in ["家人", "家庭成员", "家属"] {
                    if number == 1 { headings.append((field, person + ending)) }
                    headings.append((field, "\(person)\(number)\(ending)"))
                    headings.append((field, "\(person)\(ending)\(number)"))
                }
            }
        }
        return headings
    }
}
