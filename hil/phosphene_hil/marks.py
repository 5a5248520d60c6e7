# SPDX-License-Identifier: Apache-2.0
"""The words that a test's markers may use: what it needs, and what it leaves behind on purpose."""

FAULTS = "phosphene_faults"
"""The marker with a share of all frames, or a fault plan's file."""

COMPUTER = {
    "accelerator": "an accelerator that can be opened here (phosphene accelerators)",
    "layers": "an accelerator that runs graphs as they were made, so that it shows its layers one by one",
    "camera": "a camera (--phosphene-camera SPEC)",
    "camera_plug": "a hand on its camera's plug",
    "microphone": "a microphone (--phosphene-microphone SPEC)",
    "microphone_plug": "a hand on its microphone's plug",
    "screen": "a display of its own",
    "voice": "a voice to speak with (pip install phosphene[speech], or espeak-ng)",
}
"""Features of the computer that a rig's board is wired to: what its file says, and what is really there."""

FEATURES = {
    "guarded_output": "an output behind ENABLE that may go on and off at will",
    "autonomous_output": "an output that needs no lease and may go on and off at will",
    "input": "an input",
    "shift_register": "a shift register",
    "thermometer": "a thermometer",
    "climate_sensor": "a BME280",
    "analog": "an analog input",
    "load_cell": "a load cell",
    "servo": "a servo whose output may go on at will",
    "lights": "a chain of lamps",
    "thermostat": "a thermostat",
    "lock": "a lock",
    "dispenser": "a dispenser",
    "rtc": "a clock with a battery",
    "privacy_lights": "lights of camera and microphone",
    "mute_switch": "a mute switch",
    "outside_view": "a view of its pins from outside",
    "reset_control": "a hand on reset and power",
    "reset_causes": "resets from every cause",
    "breakpoint": "a reset at the very moment of an effect",
    "chip_clock": "a hand that stops its chip",
    "cable": "a hand on the line's cable",
    "restart": "a maintenance REPL that restarts it",
    "arm_key": "an arming key that the bench knows (--phosphene-arm-key FILE)",
    "unlock_key": "a secret for its locks that the bench knows (--phosphene-unlock-key FILE)",
    "instrument": "an instrument that acts on its sensors",
    **COMPUTER,
}
"""For ``needs``; a name with a dot there means a task of the firmware's dictionary."""

LEAVINGS = {
    "silence": "the line does not answer",
    "maintenance": "the board is in maintenance",
    "reset": "the board was reset",
    "crash": "a crash record was written",
    "latched": "the safe state latched",
    "lease lost": "the lease ran out",
    "bad frames": "damaged frames on a clean line",
    "lost events": "events dropped without a word",
    "processes": "processes still run",
    "outputs": "outputs are not safe",
}
"""For ``leaves``: what the examination after each test looks for."""
