package io.gatehouse.testkit.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class PixelsTest {
    private static final BufferedImage THREE_RED_ONE_BLUE = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);

    static {
        THREE_RED_ONE_BLUE.setRGB(0, 0, 0xff0000);
        THREE_RED_ONE_BLUE.setRGB(1, 0, 0xff0000);
        THREE_RED_ONE_BLUE.setRGB(0, 1, 0xff0000);
        THREE_RED_ONE_BLUE.setRGB(1, 1, 0x0000ff);
    }

    @Test
    void shareCountsPixelsWithinTheTolerance() {
        assertThat(Pixels.shareOf(THREE_RED_ONE_BLUE, new Color(0xff0000), 0)).isEqualTo(0.75);
        assertThat(Pixels.shareOf(THREE_RED_ONE_BLUE, new Color(0xfb0400), 4)).isEqualTo(0.75);
        assertThat(Pixels.shareOf(THREE_RED_ONE_BLUE, new Color(0xfb0400), 3)).isEqualTo(0.0);
        assertThat(Pixels.shareOf(THREE_RED_ONE_BLUE, new Color(0x0000ff), 0)).isEqualTo(0.25);
    }

    @Test
    void mostPixelsDecideTheDominantColour() {
        assertThat(Pixels.dominantColour(THREE_RED_ONE_BLUE)).isEqualTo(new Color(0xff0000));
    }

    @Test
    void hexIsLowerCaseWithSixDigits() {
        assertThat(Pixels.hex(new Color(0x00ff0a))).isEqualTo("#00ff0a");
    }
}
