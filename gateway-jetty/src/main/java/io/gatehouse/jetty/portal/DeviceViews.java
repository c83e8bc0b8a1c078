package io.gatehouse.jetty.portal;

import java.util.List;
import java.util.Optional;

/** The models of the page with files for devices. */
public final class DeviceViews {
    private DeviceViews() {}

    /**
     * The files of a user.
     *
     * @param done the key of what was done
     * @param problem the key of why it was not
     * @param lasts how long a new file is good
     */
    public record Devices(List<Device> devices, Optional<String> done, Optional<String> problem, String lasts) {
        public Devices {
            devices = List.copyOf(devices);
        }
    }

    /**
     * A file for a device.
     *
     * @param id of its ticket
     * @param name what the user calls the device
     * @param used when and from where it opened the desktop last; empty when it has not
     */
    public record Device(
            String id, String name, String desktop, String target, String made, String used, String expires) {}
}
