/// A photograph as a demo has it: a wall, a floor, and the place that somebody complains of.
struct DemoPicture {
    let width = 320
    let height = 240
    let shade: Int

    /// As PNG, each row as it stands.
    var png: [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<height {
            rows.append(0)
            for x in 0..<width { rows += pixel(x, y) }
        }
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: rows.count, by: 65_535) {
            let end = min(start + 65_535, rows.count)
            let length = UInt16(end - start)
            stream.append(end == rows.count ? 1 : 0)
            for word in [length, ~length] { stream += [UInt8(word & 0xFF), UInt8(word >> 8)] }
            stream += rows[start..<end]
        }
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in rows {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        stream += Self.bytes(high << 16 | low)
        let head = Self.bytes(UInt32(width)) + Self.bytes(UInt32(height)) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", head)
            + Self.chunk("IDAT", stream) + Self.chunk("IEND", [])
    }

    private func pixel(_ x: Int, _ y: Int) -> [UInt8] {
        func color(_ red: Int, _ green: Int, _ blue: Int) -> [UInt8] {
            [red, green, blue].map { UInt8(max(0, min(255, $0 - y / 8 + (x * 7 + y * 13) % 5))) }
        }
        let (dx, dy) = (x - 90 - shade % 140, y - 70 - shade % 40)
        // Damp on the wall, a door, the floor with its joints.
        if dx * dx * 2 + dy * dy * 3 < 3600 + shade % 7 * 200 { return color(158, 146, 122) }
        if y > 180 { return (x + y) % 64 < 2 || y % 30 < 1 ? color(120, 92, 66) : color(176, 140, 104) }
        if x > 240, x < 300, y > 60 { return x < 246 || x > 294 || y < 66 ? color(104, 84, 66) : color(140, 112, 86) }
        return color(224 - shade % 20, 220, 208 - shade % 12)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        [UInt8(number >> 24), UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in body { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
        return bytes(UInt32(content.count)) + body + bytes(~sum)
    }

    /// The checksum of each byte.
    private static let table: [UInt32] = (0..<256).map { (number: UInt32) -> UInt32 in
        (0..<8).reduce(number) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
    }
}
