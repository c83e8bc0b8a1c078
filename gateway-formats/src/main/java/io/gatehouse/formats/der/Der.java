package io.gatehouse.formats.der;

/** Tags of DER values (X.690 section 8.1.2), all of one byte. */
public final class Der {
    public static final int INTEGER = 0x02;
    public static final int BIT_STRING = 0x03;
    public static final int OCTET_STRING = 0x04;
    public static final int OBJECT_IDENTIFIER = 0x06;
    public static final int ENUMERATED = 0x0a;
    public static final int GENERALIZED_TIME = 0x18;
    public static final int GENERAL_STRING = 0x1b;
    public static final int SEQUENCE = 0x30;

    private static final int LARGEST_NUMBER = 30;

    private Der() {}

    /** The explicit tag {@code [number]}. */
    public static int context(int number) {
        return constructed(0xa0, number);
    }

    /** The explicit tag {@code [APPLICATION number]}. */
    public static int application(int number) {
        return constructed(0x60, number);
    }

    private static int constructed(int tagClass, int number) {
        if (number < 0 || number > LARGEST_NUMBER) {
            throw new IllegalArgumentException("tag number %d (expected 0 to %d)".formatted(number, LARGEST_NUMBER));
        }
        return tagClass | number;
    }
}
