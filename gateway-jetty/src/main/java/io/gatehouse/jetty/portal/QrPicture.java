package io.gatehouse.jetty.portal;

import io.nayuki.qrcodegen.QrCode;

/**
 * A QR code as the path of an SVG picture, one unit a module.
 *
 * @param size with the quiet zone on both sides
 * @param path the dark modules
 */
public record QrPicture(int size, String path) {
    /** ISO/IEC 18004 asks for four modules without anything in them. */
    private static final int QUIET = 4;

    /** The picture of {@code text}, of at most 2,953 bytes; errors are corrected as far as its size allows. */
    static QrPicture of(String text) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.LOW);
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M')
                            .append(x + QUIET)
                            .append(',')
                            .append(y + QUIET)
                            .append("h1v1h-1z");
                }
            }
        }
        return new QrPicture(code.size + 2 * QUIET, path.toString());
    }
}
