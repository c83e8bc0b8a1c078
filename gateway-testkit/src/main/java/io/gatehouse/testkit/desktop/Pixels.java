package io.gatehouse.testkit.desktop;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.Map;

/** Questions about the colours of a picture. */
public final class Pixels {
    private Pixels() {}

    /**
     * Which part of the picture has about this colour.
     *
     * @param tolerance by how much red, green and blue may each differ, 0 to 255
     * @return 0 (nowhere) to 1 (everywhere)
     */
    public static double shareOf(BufferedImage image, Color colour, int tolerance) {
        long hits = 0;
        int[] row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int pixel : row) {
                if (near(pixel >> 16, colour.getRed(), tolerance)
                        && near(pixel >> 8, colour.getGreen(), tolerance)
                        && near(pixel, colour.getBlue(), tolerance)) {
                    hits++;
                }
            }
        }
        return (double) hits / ((long) image.getWidth() * image.getHeight());
    }

    /** The colour that most pixels have. */
    public static Color dominantColour(BufferedImage image) {
        Map<Integer, Integer> counts = new HashMap<>();
        int[] row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int pixel : row) {
                counts.merge(pixel & 0xffffff, 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(entry -> new Color(entry.getKey()))
                .orElseThrow();
    }

    /** The colour as X and the desktop's terminal read it: {@code #rrggbb}. */
    public static String hex(Color colour) {
        return String.format("#%06x", colour.getRGB() & 0xffffff);
    }

    private static boolean near(int component, int expected, int tolerance) {
        return Math.abs((component & 0xff) - expected) <= tolerance;
    }
}
