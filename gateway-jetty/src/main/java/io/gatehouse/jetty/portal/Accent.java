package io.gatehouse.jetty.portal;

import java.util.Locale;

/**
 * Makes of one configured colour the shades that can be read: text on it, and it as text on both backgrounds, each with
 * the contrast of WCAG 2.2 (1.4.3).
 */
record Accent(String button, String ink, String onLight, String onDark) {
    private static final double READABLE = 4.6;
    private static final int LIGHT = 0xf3f5f9;
    private static final int DARK = 0x1d2330;

    /** The shades of {@code #rrggbb}. */
    static Accent of(String colour) {
        int rgb = Integer.parseInt(colour.substring(1), 16);
        boolean white = contrast(rgb, 0xffffff) >= contrast(rgb, 0x000000);
        int ink = white ? 0xffffff : 0x000000;
        int button = towards(rgb, white ? 0x000000 : 0xffffff, ink);
        return new Accent(hex(button), hex(ink), hex(towards(rgb, 0x000000, LIGHT)), hex(towards(rgb, 0xffffff, DARK)));
    }

    /** The rules for a style sheet. */
    String css() {
        return ":root{--button:" + button + ";--button-ink:" + ink + ";--accent-light:" + onLight + ";--accent-dark:"
                + onDark + "}";
    }

    /** {@code colour} mixed with {@code other} until it can be read on {@code background}. */
    private static int towards(int colour, int other, int background) {
        for (int step = 0; step < 20; step++) {
            int mixed = mix(colour, other, step / 20.0);
            if (contrast(mixed, background) >= READABLE) {
                return mixed;
            }
        }
        return other;
    }

    private static int mix(int one, int other, double share) {
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            long part = Math.round((one >> shift & 0xff) * (1 - share) + (other >> shift & 0xff) * share);
            mixed |= (int) part << shift;
        }
        return mixed;
    }

    /** The contrast of two colours, 1 to 21. */
    static double contrast(int one, int other) {
        double brighter = Math.max(luminance(one), luminance(other));
        double darker = Math.min(luminance(one), luminance(other));
        return (brighter + 0.05) / (darker + 0.05);
    }

    private static double luminance(int rgb) {
        return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    private static double linear(int channel) {
        double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }

    private static String hex(int rgb) {
        return String.format(Locale.ROOT, "#%06x", rgb);
    }
}
