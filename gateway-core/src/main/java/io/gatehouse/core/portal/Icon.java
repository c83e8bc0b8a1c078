package io.gatehouse.core.portal;

/** The pictures that a desktop of the portal may have. */
public enum Icon {
    WINDOWS,
    LINUX,
    SERVER,
    APP
}
