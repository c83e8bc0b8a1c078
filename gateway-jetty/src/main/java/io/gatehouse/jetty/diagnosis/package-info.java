/** What the log tells of single connections while an administrator looks into them. */
@NullMarked
package io.gatehouse.jetty.diagnosis;

import org.jspecify.annotations.NullMarked;
