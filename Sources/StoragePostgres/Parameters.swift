import CPostgres
import Storage

/// The values of a statement as the server reads them in binary.
struct Parameters {
    private(set) var types: [Oid] = []
    private var content: [UInt8] = []
    /// Where each ends in `content`; `nil` is null.
    private var ends: [Int?] = []

    init(_ values: [Value]) {
        types.reserveCapacity(values.count)
        ends.reserveCapacity(values.count)
        for value in values {
            switch value {
            case .null:
                types.append(0)
                ends.append(nil)
                continue
            case .integer(let number):
                types.append(ServerType.bigint.rawValue)
                withUnsafeBytes(of: number.bigEndian) { content.append(contentsOf: $0) }
            case .text(let text):
                types.append(ServerType.text.rawValue)
                content.append(contentsOf: text.utf8)
            case .json(let text):
                types.append(ServerType.json.rawValue)
                content.append(contentsOf: text.utf8)
            case .bytes(let bytes):
                types.append(ServerType.bytes.rawValue)
                content.append(contentsOf: bytes)
            case .identifier(let high, let low):
                types.append(ServerType.identifier.rawValue)
                withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { content.append(contentsOf: $0) }
            }
            ends.append(content.count)
        }
    }

    /// Calls with what the library wants: a pointer, a length and a format for each value.
    func send(_ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Int32)
        -> Int32
    {
        // One more byte, so that an empty content has an address too: a null pointer would send null.
        let padded = content + [0]
        return padded.withUnsafeBytes { bytes in
            var pointers: [UnsafePointer<CChar>?] = []
            var lengths: [Int32] = []
            var start = 0
            for end in ends {
                if let end {
                    pointers.append(bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) })
                    lengths.append(Int32(end - start))
                    start = end
                } else {
                    pointers.append(nil)
                    lengths.append(0)
                }
            }
            return body(pointers, lengths, Array(repeating: 1, count: ends.count))
        }
    }
}
