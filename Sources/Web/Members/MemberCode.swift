import CQRencode

/// A number as a scanner at the counter reads it: the dark modules as an SVG path, in units of one module.
struct MemberCode {
    let number: String
    /// A square with its quiet zone.
    let square: Drawing
    /// Bars of one unit's height with their quiet zone.
    let bars: Drawing

    struct Drawing {
        let width: String
        /// Two pixels a module: a bar that ends within a pixel is grey, and readers stumble over it.
        let pixels: String
        let path: String
    }

    /// - Parameter number: printable ASCII, as the numbers of customers are; `nil` for anything else.
    init?(_ number: String) {
        guard let square = QRCode.drawing(of: number), let bars = Code128.drawing(of: number) else { return nil }
        self.number = number
        self.square = square
        self.bars = bars
    }
}

extension MemberCode.Drawing {
    /// Runs of dark modules, row by row.
    init(rows: [[Bool]], width: Int, quiet: Int, from top: Int) {
        var path = ""
        for (y, row) in rows.enumerated() {
            var x = 0
            while x < row.count {
                guard row[x] else {
                    x += 1
                    continue
                }
                let start = x
                while x < row.count, row[x] { x += 1 }
                path += "M\(start + quiet) \(y + top)h\(x - start)v1h-\(x - start)z"
            }
        }
        self.width = String(width + 2 * quiet)
        pixels = String(2 * (width + 2 * quiet))
        self.path = path
    }
}

/// ISO/IEC 18004, drawn by libqrencode.
enum QRCode {
    /// Readers ask for four light modules around.
    private static let quiet = 4

    static func drawing(of text: String) -> MemberCode.Drawing? {
        // Level M: a scratched card still reads. No version asked for: the smallest that holds the text.
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let data = code.pointee.data else { return nil }
        // The lowest bit of each byte says whether the module is dark.
        let rows = (0..<width).map { y in (0..<width).map { x in data[y * width + x] & 1 == 1 } }
        return MemberCode.Drawing(rows: rows, width: width, quiet: quiet, from: quiet)
    }
}

/// ISO/IEC 15417 in code set B, which has capitals, figures and hyphens.
enum Code128 {
    /// The widths of bar, space, bar … of each symbol, by its value; the last one ends the code.
    private static let widths = [
        "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
        "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
        "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
        "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
        "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
        "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
        "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
        "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
        "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
        "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
    ]
    private static let startB = 104
    private static let stop = 106
    /// Readers ask for ten light modules before and after.
    private static let quiet = 10

    static func drawing(of text: String) -> MemberCode.Drawing? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.allSatisfy({ (32...126).contains($0) }) else { return nil }
        let values = bytes.map { Int($0) - 32 }
        let check = values.enumerated().reduce(startB) { $0 + ($1.offset + 1) * $1.element } % 103
        let modules = ([startB] + values + [check, stop]).flatMap { value in
            widths[value].enumerated().flatMap { place, width in
                Array(repeating: place.isMultiple(of: 2), count: width.wholeNumberValue ?? 0)
            }
        }
        return MemberCode.Drawing(rows: [modules], width: modules.count, quiet: quiet, from: 0)
    }
}
