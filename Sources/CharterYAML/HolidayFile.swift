public import Policy
import Primitives

/// The public holidays of a country, as `Resources/holidays/cn.yaml` writes them down.
public enum HolidayFile {
    /// - Parameter key: the word by which `calendar.holidays` names the table.
    /// - Throws: every fault of the file.
    public static func read(_ text: String, key: String = "cn", file: String = "cn.yaml") throws(FaultyFile)
        -> HolidayTable
    {
        let faults = FaultList(file: file)
        guard let root = NodeReader(faults: faults).read(text)?.root else { throw FaultyFile(faults: faults.sorted) }
        let reading = Reading(faults: faults, vocabulary: Vocabulary(root, sections: []))
        let table = table(key, Cursor(node: root, path: [], reading: reading))
        guard let table, !faults.hasErrors else { throw FaultyFile(faults: faults.sorted) }
        return table
    }

    private static func table(_ name: String, _ cursor: Cursor) -> HolidayTable? {
        guard let entries = cursor.entries() else { return nil }
        var years: Set<Int> = []
        var daysOff: [CalendarDay: String] = [:]
        var makeUpDays: [CalendarDay: String] = [:]
        for (key, value) in entries {
            guard key.text.utf8.count == 4, let year = Words.number(key.text), (1949...2200).contains(year) else {
                key.fail(.badWord, expected: Phrase("a year such as 2026", "年份，例如 2026"))
                continue
            }
            guard let map = value.map(["day_off", "make_up_work"], required: ["day_off"]) else { continue }
            years.insert(Int(year))
            collect(map["day_off"], year: Int(year), into: &daysOff, apart: [:])
            collect(map["make_up_work"], year: Int(year), into: &makeUpDays, apart: daysOff)
        }
        return HolidayTable(key: name, years: years, daysOff: daysOff, makeUpDays: makeUpDays)
    }

    /// The holiday's name → its days in that year.
    private static func collect(
        _ cursor: Cursor?, year: Int, into days: inout [CalendarDay: String], apart others: [CalendarDay: String]
    ) {
        for (key, value) in cursor?.entries() ?? [] {
            for item in value.list(Phrase("a list of days such as [\"01-01\"]", "日期列表，例如 [\"01-01\"]")) ?? [] {
                let expected = Phrase("a day of \(year) such as 01-31", "\(year) 年的日期，例如 01-31")
                guard let day = item.value(expected, { CalendarDay("\(year)-" + $0) }) else { continue }
                if days.updateValue(key.text, forKey: day) != nil || others[day] != nil {
                    item.fail(.notUnique, expected: Phrase("each day once", "每天只写一次"))
                }
            }
        }
    }
}

/// A file that is refused, with all its faults by line.
public struct FaultyFile: Error, Sendable {
    public let faults: [Fault]
}
