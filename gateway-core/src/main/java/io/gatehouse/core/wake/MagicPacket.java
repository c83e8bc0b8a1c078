package io.gatehouse.core.wake;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * The magic packet of one machine (AMD, Magic Packet Technology, 1995): six bytes FF, the MAC address sixteen times,
 * and the SecureOn password, where the card has one.
 *
 * @param to where it is sent
 * @param card whom it wakes
 * @param password what the card expects
 */
public record MagicPacket(WakeAddress to, MacAddress card, Optional<SecureOnPassword> password) {
    private static final int FIRST = 6;
    private static final int REPETITIONS = 16;

    /** Its bytes, the payload of an UDP packet or an Ethernet frame. */
    public byte[] bytes() {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        for (int i = 0; i < FIRST; i++) {
            packet.write(0xff);
        }
        for (int i = 0; i < REPETITIONS; i++) {
            packet.writeBytes(card.bytes());
        }
        password.ifPresent(present -> packet.writeBytes(present.value().bytes()));
        return packet.toByteArray();
    }
}
