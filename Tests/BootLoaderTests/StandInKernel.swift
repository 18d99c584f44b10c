/// A kernel that writes its command line to the first serial port and resets the machine.
///
/// Of Linux it has what GRUB looks at: the setup header (Documentation/arch/x86/boot.rst), version
/// 2.06, and code for protected mode of 32 bits, which gets the zero page in `esi`.
enum StandInKernel {
    /// The whole file, a bzImage of four sectors.
    static let bytes: [UInt8] = {
        var file = [UInt8](repeating: 0, count: 1024)
        func put(_ value: UInt64, _ count: Int, at offset: Int) {
            for index in 0..<count { file[offset + index] = UInt8(value >> (8 * index) & 0xFF) }
        }
        put(1, 1, at: 0x1F1)  // setup_sects
        put(0xAA55, 2, at: 0x1FE)  // boot_flag
        file.replaceSubrange(0x202..<0x206, with: Array("HdrS".utf8))
        put(0x0206, 2, at: 0x206)  // version
        put(1, 1, at: 0x211)  // loadflags: loaded high
        put(0x10_0000, 4, at: 0x214)  // code32_start
        put(0x37FF_FFFF, 4, at: 0x22C)  // initrd_addr_max
        put(0x1000, 4, at: 0x230)  // kernel_alignment
        put(2047, 4, at: 0x238)  // cmdline_size
        return file + code + [UInt8](repeating: 0, count: 1024 - code.count)
    }()

    private static let code: [UInt8] = [
        0x8B, 0xB6, 0x28, 0x02, 0x00, 0x00,  // mov esi, [esi + cmd_line_ptr]
        0xAC,  // next: lodsb
        0x84, 0xC0, 0x74, 0x14,  // test al, al; jz end
        0x88, 0xC4,  // mov ah, al
        0x66, 0xBA, 0xFD, 0x03,  // mov dx, 0x3fd
        0xEC, 0xA8, 0x20, 0x74, 0xFB,  // wait until the port takes a byte
        0x88, 0xE0,  // mov al, ah
        0x66, 0xBA, 0xF8, 0x03, 0xEE,  // mov dx, 0x3f8; out dx, al
        0xEB, 0xE7,  // jmp next
        0x66, 0xBA, 0xFD, 0x03,  // end: mov dx, 0x3fd
        0xEC, 0xA8, 0x40, 0x74, 0xFB,  // wait until all has been sent
        0xB0, 0xFE, 0xE6, 0x64,  // reset through the keyboard's controller
        0xF4, 0xEB, 0xFD,  // hlt; jmp there
    ]
}
